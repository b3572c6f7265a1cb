#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "alerts/eve.hpp"
#include "stages/counters.hpp"
#include "stages/ring.hpp"

namespace snmpgate::app {

// Whose books are read: every stage that runs, and what stands between them.
struct Stages {
    std::vector<const stages::BySide<stages::Books>*> rx, tx;
    std::vector<const stages::Counters*> workers;
    std::vector<const stages::FrameRing*> rings;

    void add(const Stages& more);
};

// Of the first stage there is, of the last, and of all: an lcore's books are balanced alone as the whole gate's are.
[[nodiscard]] uint64_t received(const Stages& all);
[[nodiscard]] uint64_t sent(const Stages& all);
[[nodiscard]] uint64_t discarded(const Stages& all);

// The books as JSON: totals, then the same keys for each port a frame entered by and for each worker; `balance` is 0
// when every frame is accounted for. Reading is safe while lcores run; what they hold at that moment is missing then.
[[nodiscard]] nlohmann::ordered_json stats(const Stages& all);

// received + made - sent - discarded - held - absorbed - in flight, over all of them.
[[nodiscard]] int64_t balance(const Stages& all);

// {"reasons": [{name, number, discarded, would_discard, passed}]}: those that occurred, or all.
[[nodiscard]] nlohmann::ordered_json reasons(const Stages& all, bool also_zero);

// {written, suppressed, lost, summaries}
[[nodiscard]] nlohmann::ordered_json to_json(const EveLog::Counters& alerts);

}  // namespace snmpgate::app

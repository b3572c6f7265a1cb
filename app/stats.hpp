#pragma once

#include <span>

#include <nlohmann/json.hpp>

#include "stages/counters.hpp"

namespace snmpgate::app {

// The books as JSON: totals, then the same keys for each port a frame entered by and for each worker; `balance` is 0
// when every frame is accounted for. Reading counters is safe while workers run; balance is 0 then only by chance.
[[nodiscard]] nlohmann::ordered_json stats(std::span<const stages::Counters* const> workers);

// received + made - sent - discarded - held - absorbed, over all of them.
[[nodiscard]] int64_t balance(std::span<const stages::Counters* const> workers);

}  // namespace snmpgate::app

#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "alerts/eve.hpp"
#include "records/writer.hpp"
#include "stages/exchange.hpp"

namespace snmpgate::app {

// Takes every full block from the workers, has it written and its alerts told, and hands it back. True if there was
// any.
bool drain(std::span<stages::BlockExchange* const> exchanges, RecordWriter& writer, EveLog& eve);

// Does so on a thread of its own: a disk that is slow or hangs holds up neither frames nor the operator.
class Carrier {
 public:
    // All must outlive it; they are this thread's until it ends.
    Carrier(std::vector<stages::BlockExchange*> exchanges, RecordWriter& writer, EveLog& eve);
    // Ends the thread, once everything the workers gave is written.
    ~Carrier() { stop(); }
    Carrier(const Carrier&) = delete;
    Carrier& operator=(const Carrier&) = delete;

    void stop();
    // The alerts' file was moved away (log rotation): begins a new one. Any thread.
    void reopen() { reopen_.store(true, std::memory_order_relaxed); }
    // What alerts say of realms, and how many there may be, from the next block on. Any thread.
    void adopt(std::vector<std::string> realms, AlertLimit limit);

    struct Counters {
        RecordWriter::Counters records;
        EveLog::Counters alerts;
        std::string file;  // of records, that is written now
    };
    // Any thread.
    [[nodiscard]] Counters counters() const;

 private:
    void work(const std::stop_token& stop);
    void hear();  // what other threads asked for
    void tell();  // what they may know

    const std::vector<stages::BlockExchange*> exchanges_;
    RecordWriter& writer_;
    EveLog& eve_;
    std::atomic<bool> reopen_{false};
    mutable std::mutex mutex_;  // of both below
    std::optional<std::pair<std::vector<std::string>, AlertLimit>> to_adopt_;
    Counters told_;
    std::jthread thread_;  // last: it uses all the others
};

}  // namespace snmpgate::app

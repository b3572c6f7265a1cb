#pragma once

#include <cstdint>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/limiter.hpp"
#include "alerts/log_file.hpp"
#include "record/block.hpp"

namespace snmpgate::app {

// Alerts as lines of EVE JSON (Suricata's field names): of each record of a frame that was discarded, or would have
// been in monitor mode, as far as the limit lets it, and a summary for those it held back. The books: each such record
// is written, suppressed or lost. Control side, one thread.
class EveLog {
 public:
    enum class Existing : uint8_t {
        append,
        replace
    };
    // Throws std::runtime_error with path, cause and cure if the file cannot be opened. `realms`: names, by realm
    // number - 1. `log` outlives this.
    EveLog(const std::filesystem::path& file, Existing existing, std::vector<std::string> realms, AlertLimit limit,
           std::ostream& log = std::cerr);
    EveLog(EveLog&&) = delete;
    ~EveLog() { close(); }

    // Writes a block's alerts at once. Does not throw for what a disk can do: a partial line is cut away again, what
    // could not be written is counted and said now and then, and the next block tries anew; a summary is tried again
    // when a window's time has passed.
    void write(const record::Block& block);

    // Writes the summaries of windows that ended while no block came. `now`: ns since 1970, by the records' clock.
    void tick(uint64_t now);

    // Opens the path anew, for a file that was renamed (SIGHUP); write() sees that by itself, but only when it writes.
    void reopen();

    // Writes all summaries. False if they could not be written; another call tries again. Writing may go on.
    bool close();

    // A new policy's.
    void adopt(std::vector<std::string> realms, AlertLimit limit);

    struct Counters {
        uint64_t written = 0;
        uint64_t suppressed = 0;
        uint64_t lost = 0;
        uint64_t summaries = 0;  // lines beside the written ones; no alerts themselves
    };
    // Written by this thread; others read a copy that it gives them.
    [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
    void add_due();
    void flush();
    void complain(std::string_view step, int error, std::string_view cure);

    LogFile file_;
    std::vector<std::string> realms_;
    Limiter limiter_;
    std::ostream& log_;
    uint64_t now_ = 0;  // ns: the latest time told
    // What flush() is to write.
    std::string lines_;
    uint64_t alerts_ = 0;
    std::vector<Summary> summaries_;
    Counters counters_;
    std::map<std::string_view, uint64_t> said_;  // steps that failed, and when they were last told
};

}  // namespace snmpgate::app

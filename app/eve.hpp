#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "record/block.hpp"
#include "records/file_descriptor.hpp"

namespace snmpgate::app {

// One line of EVE JSON (Suricata's field names) for each record of a frame that was discarded, or would have been in
// monitor mode. Control side, one thread.
class EveLog {
 public:
    enum class Existing : uint8_t {
        append,
        replace
    };
    // Creates missing folders. Throws std::runtime_error with path, cause and cure if it cannot be opened.
    // `realms`: names, by realm number - 1.
    EveLog(const std::filesystem::path& file, Existing existing, std::vector<std::string> realms);

    // Writes a block's alerts at once. Does not throw for what a disk can do: a partial line is cut away again, what
    // could not be written is counted, said now and then, and tried anew with the next block.
    void write(const record::Block& block);

    struct Counters {
        uint64_t written = 0;
        uint64_t lost = 0;
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
    void append_line(const record::Block& block, const record::Record& record);
    void lose(uint64_t alerts, int error, uint64_t now);

    std::filesystem::path path_;
    FileDescriptor file_;
    std::vector<std::string> realms_;
    std::string lines_;  // of the block at hand
    Counters counters_;
    uint64_t said_ = 0;  // ns: time of the block that a failure was last said at
};

}  // namespace snmpgate::app

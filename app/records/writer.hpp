#pragma once

#include <cstdint>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "record/block.hpp"
#include "records/file_descriptor.hpp"

namespace snmpgate::app {

// Where records go, how their files are named, and when the next one begins.
struct RecordFiles {
    enum class Names : uint8_t {
        by_time,  // <prefix>-<UTC yyyymmddThhmmss>-<6-digit sequence>.rec, time of the file's first block: live
        numbered  // <prefix>-<6-digit sequence>.rec: replay, whose two runs are bit-equal
    };
    std::filesystem::path directory;
    Names names = Names::by_time;
    std::string prefix = "records";
    uint64_t rotate_bytes = 64u << 20;  // no file grows past this, unless one block is more; 0 = no limit
    uint64_t rotate_seconds = 3600;     // a file spans less than this; 0 = no limit
};

// Writes full blocks to files. Theory of operation:
//
// A block is one write(), so a file is whole blocks; whoever reads it while it grows, or after a crash, finds at most
// its last block cut. What a failed write left is cut away again, and if even that fails the file is left for a new
// one: never does a half block stand before another. A block that cannot be written is lost and its records are
// counted; the next one tries again, so recording resumes by itself once the cause is gone.
//
//   disk full:  block 7 → write: ENOSPC → records-…-000003.rec cut back to blocks 4..6 and closed, block 7 lost
//               block 8 → opens records-…-000004.rec → ENOSPC, lost; the empty file stays open
//               block 9 → space again → first block of records-…-000004.rec
//
// Time is that of the blocks: live it is the clock, in replay that of the capture. Control side, one thread.
class RecordWriter {
 public:
    // Creates the directory (0750) where it is missing. Throws std::runtime_error with path, cause and cure if that
    // fails or it may not be written. `numbered` removes the files of the replay before. `log` outlives this.
    explicit RecordWriter(RecordFiles files, std::ostream& log = std::cerr);
    RecordWriter(RecordWriter&&) = delete;
    ~RecordWriter() { close(); }

    // Seals the block and writes it. Does not throw for what a disk can do: it counts.
    void write(record::Block& block);

    // Ends the current file and has it on the disk (fsync); the next block opens another.
    void close();

    // Written by this thread; others read a copy that it gives them.
    struct Counters {
        uint64_t files = 0;
        uint64_t blocks = 0;
        uint64_t records = 0;
        uint64_t records_lost_writing = 0;
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }
    // Of the file that is written, or of the one that could not be opened.
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    struct Failure {
        std::string_view step;
        int error;  // errno; 0 = less was written than asked
    };
    [[nodiscard]] std::optional<Failure> append(std::span<const uint8_t> bytes);
    [[nodiscard]] std::optional<Failure> open();
    [[nodiscard]] std::filesystem::path next_path() const;
    void complain(Failure failure);

    const RecordFiles files_;
    std::ostream& log_;
    FileDescriptor file_;
    std::filesystem::path path_;  // of file_, or of the one that could not be opened
    uint64_t now_ = 0;            // base time of the latest block, ns
    uint64_t opened_at_ = 0;      // base time of the file's first block, ns
    uint32_t sequence_ = 0;
    Counters counters_;
    std::map<std::pair<std::string_view, int>, uint64_t> said_;  // kinds of failure, and when they were last told
};

}  // namespace snmpgate::app

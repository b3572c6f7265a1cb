#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "record/block.hpp"

namespace snmpgate::records {

// Reads the blocks of one file, of a pipe as well: it never goes back, and holds a few blocks at most. Where the bytes
// are no block it looks for the next "SG64" at which one verifies, and says what it passed over.
class BlockReader {
 public:
    explicit BlockReader(int fd) : fd_(fd) {}  // stays the caller's

    enum class What : uint8_t {
        block,
        damage,  // bytes that are no block: `error` says why, `size` how many
        cut,     // the file ends inside a block, of which `size` bytes are there
        end,
        failed  // read() failed with errno `system_error`
    };
    struct Found {
        What what;
        uint64_t offset = 0;
        uint64_t size = 0;
        record::BlockError error = record::BlockError::none;
        int system_error = 0;
    };
    // The next thing in the file; `block` is filled in for What::block only.
    [[nodiscard]] Found next(record::Block& block);

 private:
    [[nodiscard]] bool fill();
    [[nodiscard]] bool read_more();
    [[nodiscard]] std::span<const uint8_t> rest() const;
    void consume(size_t size);
    [[nodiscard]] bool find_block();

    const int fd_;
    int error_ = 0;
    bool at_end_ = false;
    uint64_t offset_ = 0;  // in the file, of the first byte of rest()
    size_t begin_ = 0, end_ = 0;
    std::vector<uint8_t> buffer_ = std::vector<uint8_t>(8 * sizeof(record::Block));
    record::Block candidate_;
};

}  // namespace snmpgate::records

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "record/record.hpp"

namespace snmpgate::record {

inline constexpr size_t kBlockRecords = 255;
inline constexpr std::array<char, 4> kMagic = {'S', 'G', '6', '4'};
inline constexpr uint16_t kBlockVersion = 1;

// What frames records on disk and on the wire: it makes their one-byte time and number exact.
struct BlockHeader {
    std::array<char, 4> magic = kMagic;
    wire::be16 version{kBlockVersion};
    wire::be16 worker;
    wire::be64 base_time;  // ns since 1970, of tick 0
    wire::be32 tick;       // ns
    wire::be32 zero;
    wire::be64 base_number;  // per worker: counts every frame that wanted a record, never reused in a run
    wire::be16 count;        // records that follow, 1..255
    std::array<uint8_t, 26> reserved{};
    wire::be32 crc;  // CRC32C (RFC 3720, B.4) of header and records with this field zero
};
static_assert(sizeof(BlockHeader) == 64 && alignof(BlockHeader) == 1);

struct Block {
    BlockHeader header;
    std::array<Record, kBlockRecords> records;

    // The bytes that are written: header and the records that are there.
    [[nodiscard]] std::span<const uint8_t> bytes() const;
};
static_assert(sizeof(Block) == 16384);

// Fills in the checksum. Off the path: the writer does it.
void seal(Block& block);

enum class BlockError : uint8_t {
    none,
    end,        // no byte left
    truncated,  // the file was cut inside this block
    magic,      // not a block, or not where one begins
    version,    // a block of another version
    count,      // 0, or more than 255
    checksum
};

// Reads the block at the start of `bytes`, and says in `used` how many bytes it took. A file cut anywhere is readable
// to its last whole block.
[[nodiscard]] BlockError read_block(std::span<const uint8_t> bytes, Block& block, size_t& used);

}  // namespace snmpgate::record

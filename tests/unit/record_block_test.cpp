#include <gtest/gtest.h>

#include "record/block.hpp"
#include "support/bytes.hpp"

namespace snmpgate::record {
namespace {

using test::Bytes;
using test::hex;

// CRC32C (RFC 3720, B.4), bit by bit.
uint32_t plain_crc32c(const Bytes& bytes) {
    uint32_t crc = 0xFFFFFFFF;
    for (uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
    }
    return ~crc;
}

// A sealed block of `count` records that tell each other apart.
Block block_of(uint16_t count, uint64_t base_number = 1000) {
    Block block;
    block.header.worker = wire::be16{3};
    block.header.base_time = wire::be64{0x0102030405060708};
    block.header.tick = wire::be32{1 << 20};
    block.header.base_number = wire::be64{base_number};
    block.header.count = decltype(block.header.count){count};
    for (uint16_t i = 0; i < count; ++i) block.records[i].number = static_cast<uint8_t>(i);
    seal(block);
    return block;
}
Bytes written(const Block& block) {
    const auto bytes = block.bytes();
    return {bytes.begin(), bytes.end()};
}
BlockError read(const Bytes& bytes) {
    Block block;
    size_t used = 0;
    return read_block(bytes, block, used);
}

TEST(Block, HeaderByteByByte) {
    Bytes bytes = written(block_of(2));
    ASSERT_EQ(bytes.size(), 64u + 2 * 64u);
    const uint32_t crc = static_cast<uint32_t>(test::get16(bytes, 60)) << 16 | test::get16(bytes, 62);
    EXPECT_EQ(test::to_hex(std::span{bytes}.first(60)), test::to_hex(hex("53 47 36 34"       // 0 "SG64"
                                                                         "0001 0003"         // 4 version, worker
                                                                         "0102030405060708"  // 8 base time
                                                                         "00100000"          // 16 tick
                                                                         "00000000"          // 20
                                                                         "00000000000003e8"  // 24 base number
                                                                         "0002"              // 32 count
                                                                         "0000 0000000000000000 0000000000000000"
                                                                         "0000000000000000")));  // 34
    std::fill(bytes.begin() + 60, bytes.begin() + 64, uint8_t{0});
    EXPECT_EQ(crc, plain_crc32c(bytes)) << "of all bytes with its own field zero";
}

TEST(Block, TheOracleIsCrc32c) {
    EXPECT_EQ(plain_crc32c(test::text("123456789")), 0xE3069283u);
    EXPECT_EQ(plain_crc32c(Bytes(32)), 0x8A9136AAu);  // RFC 3720, B.4
}

TEST(Block, ComesBackAsItWasWritten) {
    for (const uint16_t count : std::initializer_list<uint16_t>{1, 2, 255}) {
        const Block block = block_of(count);
        const Bytes bytes = written(block);
        Block back;
        size_t used = 0;
        ASSERT_EQ(read_block(bytes, back, used), BlockError::none);
        EXPECT_EQ(used, bytes.size());
        EXPECT_EQ(written(back), bytes);
        EXPECT_EQ(back.records[count - 1u], block.records[count - 1u]);
    }
}

TEST(Block, EveryFlippedBitIsNoticed) {
    const Bytes bytes = written(block_of(1));
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        Bytes flipped = bytes;
        flipped[bit / 8] = static_cast<uint8_t>(flipped[bit / 8] ^ 1 << bit % 8);
        ASSERT_NE(read(flipped), BlockError::none) << "byte " << bit / 8;
    }
}

TEST(Block, WhatIsWrongIsNamed) {
    const auto with = [](size_t at, uint8_t value) {
        Bytes bytes = written(block_of(2));
        bytes[at] = value;
        return read(bytes);
    };
    EXPECT_EQ(read({}), BlockError::end);
    EXPECT_EQ(with(0, 'X'), BlockError::magic);
    EXPECT_EQ(with(5, 2), BlockError::version);
    EXPECT_EQ(with(33, 0), BlockError::count);
    EXPECT_EQ(with(32, 1), BlockError::count) << "258 records";
    EXPECT_EQ(with(33, 3), BlockError::truncated);
    EXPECT_EQ(with(100, 0xFF), BlockError::checksum);
    EXPECT_EQ(with(63, 0), BlockError::checksum);
}

// A file may be cut at any byte: its whole blocks are read, the rest is told.
TEST(Block, AFileCutAtEveryByteIsReadToItsLastWholeBlock) {
    Bytes file;
    std::vector<size_t> ends;
    for (const uint16_t count : std::initializer_list<uint16_t>{2, 1, 4}) {
        file = test::joined({file, written(block_of(count))});
        ends.push_back(file.size());
    }
    Block block;
    for (size_t size = 0; size <= file.size(); ++size) {
        const Bytes cut{file.begin(), file.begin() + static_cast<long>(size)};  // exact: ASan sees byte `size`
        std::span<const uint8_t> rest{cut};
        size_t blocks = 0, used = 0;
        BlockError error = BlockError::none;
        while ((error = read_block(rest, block, used)) == BlockError::none) {
            rest = rest.subspan(used);
            ++blocks;
        }
        const auto whole = std::upper_bound(ends.begin(), ends.end(), size) - ends.begin();
        ASSERT_EQ(blocks, static_cast<size_t>(whole)) << size;
        const bool between = size == 0 || (whole > 0 && ends[blocks - 1] == size);
        ASSERT_EQ(error, between ? BlockError::end : BlockError::truncated) << size;
        ASSERT_EQ(used, 0u);
    }
}

}  // namespace
}  // namespace snmpgate::record

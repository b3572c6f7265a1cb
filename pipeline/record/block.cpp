#include "record/block.hpp"

#include <cstring>

#include <boost/crc.hpp>

namespace snmpgate::record {
namespace {

uint32_t crc32c(std::span<const uint8_t> bytes) {
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return crc.checksum();
}

}  // namespace

std::span<const uint8_t> Block::bytes() const {
    return {reinterpret_cast<const uint8_t*>(this), sizeof(BlockHeader) + header.count.host() * sizeof(Record)};
}

void seal(Block& block) {
    block.header.crc = wire::be32{0};
    block.header.crc = wire::be32{crc32c(block.bytes())};
}

BlockError read_block(std::span<const uint8_t> bytes, Block& block, size_t& used) {
    used = 0;
    if (bytes.empty()) return BlockError::end;
    if (bytes.size() < sizeof(BlockHeader)) return BlockError::truncated;
    std::memcpy(&block.header, bytes.data(), sizeof(BlockHeader));
    if (block.header.magic != kMagic) return BlockError::magic;
    if (block.header.version.host() != kBlockVersion) return BlockError::version;
    const size_t count = block.header.count.host();
    if (count == 0 || count > kBlockRecords) return BlockError::count;
    const size_t size = sizeof(BlockHeader) + count * sizeof(Record);
    if (bytes.size() < size) return BlockError::truncated;
    std::memcpy(static_cast<void*>(block.records.data()), bytes.data() + sizeof(BlockHeader), count * sizeof(Record));
    const uint32_t written = block.header.crc.host();
    seal(block);
    if (block.header.crc.host() != written) return BlockError::checksum;
    used = size;
    return BlockError::none;
}

}  // namespace snmpgate::record

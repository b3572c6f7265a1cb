#pragma once

#include <cstdint>
#include <span>

namespace snmpgate::wire {

// The Internet checksum's arithmetic (RFC 1071): one's complement sums of 16-bit big-endian words.

constexpr uint16_t fold(uint64_t sum) {
    while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
    return static_cast<uint16_t>(sum);
}

// The sum of `bytes` as they lie at a place that begins on a word's high byte; `odd` says they begin on its low byte.
// (RFC 2962's Figure 3 counts from 1, so its "odd" means the opposite: requirement D2.)
constexpr uint16_t sum(std::span<const uint8_t> bytes, bool odd = false) {
    uint64_t total = 0;
    for (uint8_t byte : bytes) {
        total += odd ? byte : uint32_t{byte} << 8;
        odd = !odd;
    }
    return fold(total);
}

// The checksum after bytes with sum `before` became bytes with sum `after` (RFC 1624, equation 3): HC' = ~(~HC + ~m +
// m'). A wrong checksum stays wrong by the same amount.
constexpr uint16_t update(uint16_t checksum, uint16_t before, uint16_t after) {
    return static_cast<uint16_t>(
        ~fold(uint64_t{static_cast<uint16_t>(~checksum)} + static_cast<uint16_t>(~before) + after));
}

}  // namespace snmpgate::wire

#pragma once

#include <bit>
#include <cstdint>

namespace snmpgate::observe {

// What state knows about a frame: the small value `observe` makes and `decide`, records and rules are given.
struct Facts {
    bool announcement = false;  // nobody asked: gratuitous ARP, trap
    uint8_t frames_log2 = 0;    // of the sender's frames in the last second, this one included; 0..15
    // Not observed yet, and 0: source and destination listed (bits 0, 1), solicited (2), binding (3-4), first of pair
    // (5), distinct targets (12-15).

    // Bytes 46..47 of the record.
    [[nodiscard]] constexpr uint16_t bits() const {
        return static_cast<uint16_t>((announcement ? 1 << 6 : 0) | frames_log2 << 8);
    }
};

// floor(log2(count)), 15 at most; 0 for none or one.
constexpr uint8_t log2_of(uint32_t count) {
    const int log2 = std::bit_width(count) - 1;
    return static_cast<uint8_t>(log2 < 0 ? 0 : log2 > 15 ? 15 : log2);
}

}  // namespace snmpgate::observe

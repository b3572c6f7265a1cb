#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "wire/bytes.hpp"

namespace snmpgate::observe {

// How many frames each sender sent in the last second. Theory of operation:
//
// A counter per sender for the current calendar second and one for the second before; the last second's count is the
// current one plus the share of the previous one that still lies in the window:
//
//   12 frames in second 7, 3 so far in second 8, now = 8.25 s:   3 + 12 × 0.75 = 12
//
// The table is bounded: kWays places for each hash, the one that has been silent longest is given to a new sender. A
// flood of forged senders makes counts forgetful, never memory large. One worker owns it.
class Senders {
 public:
    static constexpr size_t kWays = 4;
    static constexpr size_t kSets = 4096;

    // `sets` is a power of two; 16 × kWays × sets bytes of `memory`, which must outlive it.
    explicit Senders(size_t sets = kSets, std::pmr::memory_resource& memory = *std::pmr::get_default_resource())
        : sets_(sets, &memory), mask_(sets - 1) {}

    // To be called once a burst, before count(): ns since 1970, never going back.
    void begin(uint64_t now) {
        second_ = static_cast<uint16_t>(now / kSecond);
        remaining_ = kSecond - now % kSecond;
    }

    // Counts a frame of `sender`, and says how many there were in the last second, this one included.
    uint32_t count(wire::Mac sender);

 private:
    static constexpr uint64_t kSecond = 1'000'000'000;

    struct Counter {
        uint64_t key = 0;  // MAC in the upper 48 bits, calendar second modulo 2^16 in the lower 16; 0 = free
        uint32_t current = 0;
        uint32_t previous = 0;
    };
    using Set = std::array<Counter, kWays>;
    static_assert(sizeof(Set) == 64);

    void advance(Counter& counter) const;

    std::pmr::vector<Set> sets_;
    size_t mask_;
    uint16_t second_ = 0;
    uint64_t remaining_ = 0;  // ns of the current calendar second
};

}  // namespace snmpgate::observe

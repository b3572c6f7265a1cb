#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "locate/realm_spec.hpp"
#include "reason.hpp"
#include "side.hpp"
#include "wire/service.hpp"

namespace snmpgate::stages {

// A count that one thread writes and any thread may read, torn by neither.
class Count {
 public:
    void add(uint64_t more = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }
    [[nodiscard]] uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
    std::atomic<uint64_t> value_{0};
};

using ByReason = std::array<Count, kReasonNumbers>;

// What became of the frames that entered by one side. The books: received + made = sent + discarded + held + absorbed +
// in flight, for each side and in total; made, held and absorbed are gathering's, and 0 in this version.
struct Books {
    Count received;
    Count sent;
    ByReason discarded;      // left nowhere
    ByReason would_discard;  // monitor mode: left, though the decision was to discard
    ByReason passed;         // left as they were, though something was wrong
    Count translated;        // frames changed
    Count addresses;         // changed in them
    std::array<std::array<Count, wire::kProtocols>, locate::kMaxRealms + 1> protocols;  // [realm][Protocol]
};

// Oddities of SNMP messages that were tolerated (wire::ber::Oddities).
struct OddCounts {
    Count long_lengths, long_integers, trailing, missing;
};

// One worker's counts: written by it alone, read by the control side.
struct alignas(64) Counters {
    std::array<Books, kSides> sides;  // by the side the frames entered by
    OddCounts odd;
    Count records_wanted;
    Count records_lost;
};

}  // namespace snmpgate::stages

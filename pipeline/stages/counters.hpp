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

// What became of the frames that entered a stage. Every stage balances by itself: received = sent + discarded (+ held +
// absorbed, which are gathering's and 0 in this version). What one sends the next receives, so the whole path's books
// are: received by rx = sent by tx + discarded by any + in flight between them.
struct Books {
    Count received;
    Count sent;
    ByReason discarded;  // left nowhere
    ByReason passed;     // left as they were, though something was wrong
};

// A worker's books hold more: what was decided, and what changed.
struct WorkerBooks : Books {
    ByReason would_discard;  // monitor mode: left, though the decision was to discard
    Count translated;        // frames changed
    Count addresses;         // changed in them
    std::array<std::array<Count, wire::kProtocols>, locate::kMaxRealms + 1> protocols;  // [realm][Protocol]
};

// By the side the frames entered the gate by. Written by the lcore that does the stage, read by the control side.
template <typename Kind>
using BySide = std::array<Kind, kSides>;

inline void add(ByReason& counts, Reason reason, uint64_t more = 1) { counts[static_cast<size_t>(reason)].add(more); }

// Oddities of SNMP messages that were tolerated (wire::ber::Oddities).
struct OddCounts {
    Count long_lengths, long_integers, trailing, missing;
};

// One worker's counts: written by it alone, read by the control side.
struct alignas(64) Counters {
    BySide<WorkerBooks> sides;
    OddCounts odd;
    Count records_wanted;
    Count records_lost;
};

}  // namespace snmpgate::stages

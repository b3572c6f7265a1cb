#pragma once

#include <cstddef>
#include <deque>
#include <memory_resource>
#include <span>

#include <boost/lockfree/spsc_queue.hpp>
#include <rte_mbuf.h>

namespace snmpgate::stages {

// Frames from one lcore to another: lockless, one producer, one consumer, neither ever waits. What does not fit stays
// the producer's, who counts and frees it.
class FrameRing {
 public:
    static constexpr size_t kFrames = 1024;

    // Producer: how many of `frames`, from the first on, are in the ring now.
    [[nodiscard]] size_t push(std::span<rte_mbuf* const> frames) { return ring_.push(frames.data(), frames.size()); }
    // Consumer: the oldest frames, as many as there are and `room` holds.
    [[nodiscard]] std::span<rte_mbuf*> pop(std::span<rte_mbuf*> room) {
        return room.first(ring_.pop(room.data(), room.size()));
    }
    // Anyone; exact only while nobody pushes or pops.
    [[nodiscard]] size_t size() const { return ring_.read_available(); }

 private:
    boost::lockfree::spsc_queue<rte_mbuf*, boost::lockfree::capacity<kFrames>> ring_;
};

// How many bursts a consumer takes from one ring before the next has its turn. An rx core with two ports brings two a
// round.
inline constexpr int kBurstsATurn = 4;

// The rings one lcore consumes. Not copied, not moved: their other ends point at them.
class Rings {
 public:
    Rings(size_t count, std::pmr::memory_resource& memory) : rings_(&memory) {
        for (size_t i = 0; i < count; ++i) rings_.emplace_back();
    }
    [[nodiscard]] FrameRing& operator[](size_t i) { return rings_[i]; }
    [[nodiscard]] size_t size() const { return rings_.size(); }

 private:
    std::pmr::deque<FrameRing> rings_;
};

}  // namespace snmpgate::stages

#pragma once

#include <array>
#include <memory_resource>
#include <span>
#include <vector>

#include <rte_ethdev.h>

#include "policy.hpp"
#include "stages/counters.hpp"
#include "stages/frame.hpp"
#include "stages/ring.hpp"

namespace snmpgate::stages {

// A receive queue of a port.
struct Queue {
    uint16_t port;  // DPDK's number
    uint16_t queue;
    Side side;
};

// A burst from a port, counted, each frame marked with the side it entered by.
[[nodiscard]] inline std::span<rte_mbuf*> receive(const Queue& from, std::span<rte_mbuf*> room, BySide<Books>& books) {
    const uint16_t count = rte_eth_rx_burst(from.port, from.queue, room.data(), static_cast<uint16_t>(room.size()));
    for (rte_mbuf* mbuf : room.first(count)) mbuf->port = index(from.side);
    books[index(from.side)].received.add(count);
    return room.first(count);
}

// The rx stage of the split layout: a burst from each of its queues, every frame into the ring of the worker it belongs
// to. Where that ring is full the frame is discarded, or leaves unseen by any worker, as the policy says.
class Rx {
 public:
    // `workers`: the ring to each worker. `unseen`: by the side a frame leaves, the ring to the tx core that serves it.
    Rx(std::span<const Queue> queues, std::span<FrameRing* const> workers, std::array<FrameRing*, kSides> unseen,
       std::pmr::memory_resource& memory);

    // How many frames came.
    size_t step(const Policy& policy);

    [[nodiscard]] const BySide<Books>& books() const { return books_; }

 private:
    struct Lane {
        FrameRing* ring;
        size_t count;
        std::array<rte_mbuf*, kBurst> frames;
    };
    void hand_on(Lane& lane, Side entered, const Policy& policy);
    void refuse(std::span<rte_mbuf*> frames, Side entered, const Policy& policy);

    std::pmr::vector<Queue> queues_;
    std::pmr::vector<Lane> lanes_;
    std::array<FrameRing*, kSides> unseen_;
    BySide<Books> books_;
};

}  // namespace snmpgate::stages

#include "stages/rx.hpp"

#include <rte_prefetch.h>

#include "stages/steer.hpp"

namespace snmpgate::stages {

Rx::Rx(std::span<const Queue> queues, std::span<FrameRing* const> workers, std::array<FrameRing*, kSides> unseen,
       std::pmr::memory_resource& memory)
    : queues_(queues.begin(), queues.end(), &memory), lanes_(&memory), unseen_(unseen) {
    lanes_.reserve(workers.size());
    for (FrameRing* ring : workers) lanes_.push_back({ring, 0, {}});
}

size_t Rx::step(const Policy& policy) {
    size_t total = 0;
    for (const Queue& queue : queues_) {
        std::array<rte_mbuf*, kBurst> room;
        const std::span<rte_mbuf*> burst = receive(queue, room, books_);
        total += burst.size();
        for (rte_mbuf* mbuf : burst) rte_prefetch0(rte_pktmbuf_mtod(mbuf, void*));
        for (rte_mbuf* mbuf : burst) {
            Lane& lane = lanes_[worker_for(steering_hash(*mbuf, policy.realms), static_cast<unsigned>(lanes_.size()))];
            lane.frames[lane.count++] = mbuf;
        }
        for (Lane& lane : lanes_) hand_on(lane, queue.side, policy);
    }
    return total;
}

void Rx::hand_on(Lane& lane, Side entered, const Policy& policy) {
    if (lane.count == 0) return;
    const std::span<rte_mbuf*> frames{lane.frames.data(), lane.count};
    lane.count = 0;
    const size_t pushed = lane.ring->push(frames);
    books_[index(entered)].sent.add(pushed);
    if (pushed != frames.size()) refuse(frames.subspan(pushed), entered, policy);
}

void Rx::refuse(std::span<rte_mbuf*> frames, Side entered, const Policy& policy) {
    Books& books = books_[index(entered)];
    if (policy.ring_full == decide::OnFailure::forward) {
        const Side leaves = opposite(entered);
        for (rte_mbuf* mbuf : frames) mbuf->port = index(leaves);
        const size_t pushed = unseen_[index(leaves)]->push(frames);
        books.sent.add(pushed);
        add(books.passed, Reason::ring_full, pushed);
        frames = frames.subspan(pushed);
    }
    add(books.discarded, Reason::ring_full, frames.size());
    rte_pktmbuf_free_bulk(frames.data(), static_cast<unsigned>(frames.size()));
}

}  // namespace snmpgate::stages

#include "stages/lcores.hpp"

#include <sched.h>

#include <rte_pause.h>

namespace snmpgate::stages {

void pause_or_yield(Yields yields, bool idle) {
    if (yields == Yields::always || (idle && yields == Yields::when_idle))
        sched_yield();
    else if (idle)
        rte_pause();
}

size_t WorkerLcore::round() {
    const Policy& policy = policy_.adopt();
    size_t total = 0;
    for (FrameRing* ring : in_) {
        for (int i = 0; i < kBurstsATurn; ++i) {
            std::array<rte_mbuf*, kBurst> room;
            const std::span<rte_mbuf*> burst = ring->pop(room);
            if (burst.empty()) break;
            worker_.step(burst, clock_.now(), policy, egress_);
            for (const Side leaves : {Side::external, Side::internal}) hand_on(leaves);
            total += burst.size();
        }
    }
    if (total == 0) worker_.idle(clock_.now());
    return total;
}

void WorkerLcore::hand_on(Side leaves) {
    const std::span<rte_mbuf*> frames = egress_.leaving(leaves);
    for (rte_mbuf* mbuf : frames) mbuf->port = index(leaves);
    const size_t pushed = out_[index(leaves)]->push(frames);
    WorkerBooks& books = worker_.counters().sides[index(opposite(leaves))];
    books.sent.add(pushed);
    if (pushed == frames.size()) return;
    const std::span<rte_mbuf*> refused = frames.subspan(pushed);
    add(books.discarded, Reason::ring_full, refused.size());
    rte_pktmbuf_free_bulk(refused.data(), static_cast<unsigned>(refused.size()));
}

void WorkerLcore::leave() {
    worker_.drain();
    policy_.leave();
}

size_t FusedLcore::round() {
    const Policy& policy = policy_.adopt();
    size_t total = 0;
    for (const Side entered : {Side::external, Side::internal}) {
        std::array<rte_mbuf*, kBurst> room;
        const std::span<rte_mbuf*> burst = receive(queues_[index(entered)], room, rx_books_);
        if (burst.empty()) continue;
        rx_books_[index(entered)].sent.add(burst.size());
        worker_.step(burst, clock_.now(), policy, egress_);
        const Side leaves = opposite(entered);
        const std::span<rte_mbuf*> frames = egress_.leaving(leaves);
        worker_.counters().sides[index(entered)].sent.add(frames.size());
        transmit(queues_[index(leaves)], frames, tx_books_[index(entered)]);
        total += burst.size();
    }
    if (total == 0) worker_.idle(clock_.now());
    return total;
}

void FusedLcore::leave() {
    worker_.drain();
    policy_.leave();
}

}  // namespace snmpgate::stages

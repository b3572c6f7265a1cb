#pragma once

#include <array>
#include <memory_resource>
#include <span>
#include <vector>

#include <rte_ethdev.h>

#include "stages/counters.hpp"
#include "stages/frame.hpp"
#include "stages/ring.hpp"
#include "stages/rx.hpp"

namespace snmpgate::stages {

// Offers frames to a transmit queue, in order; those it does not take after a bounded retry are counted in `books` (of
// the side they entered by) and freed. A port may refuse for ever (a frame beyond its MTU), so nothing is retried
// without end.
inline void transmit(const Queue& to, std::span<rte_mbuf*> frames, Books& books) {
    constexpr int kTries = 8;
    size_t sent = 0;
    for (int i = 0; i < kTries && sent < frames.size(); ++i)
        sent += rte_eth_tx_burst(to.port, to.queue, frames.data() + sent, static_cast<uint16_t>(frames.size() - sent));
    books.received.add(frames.size());
    books.sent.add(sent);
    if (sent == frames.size()) return;
    const std::span<rte_mbuf*> refused = frames.subspan(sent);
    add(books.discarded, Reason::tx_refused, refused.size());
    rte_pktmbuf_free_bulk(refused.data(), static_cast<unsigned>(refused.size()));
}

// The tx stage of the split layout: what its rings bring, out by the side each frame leaves by.
class Tx {
 public:
    // `queues`: by side; a tx core that serves one side only has the other's queue unused.
    Tx(std::array<Queue, kSides> queues, std::span<FrameRing* const> in, std::pmr::memory_resource& memory)
        : queues_(queues), in_(in.begin(), in.end(), &memory) {}

    // How many frames there were.
    size_t step();

    [[nodiscard]] const BySide<Books>& books() const { return books_; }  // by the side entered

 private:
    std::array<Queue, kSides> queues_;
    std::pmr::vector<FrameRing*> in_;
    BySide<Books> books_;
};

}  // namespace snmpgate::stages

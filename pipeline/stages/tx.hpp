#pragma once

#include <span>

#include <rte_ethdev.h>

#include "stages/counters.hpp"

namespace snmpgate::stages {

// Offers frames to a port; those it does not take after a bounded retry are counted in `books` (of the side they
// entered by) and freed. A port may refuse for ever (a frame beyond its MTU), so nothing is retried without end.
inline void transmit(uint16_t port, std::span<rte_mbuf*> frames, Books& books) {
    constexpr int kTries = 8;
    size_t sent = 0;
    for (int i = 0; i < kTries && sent < frames.size(); ++i)
        sent += rte_eth_tx_burst(port, 0, frames.data() + sent, static_cast<uint16_t>(frames.size() - sent));
    books.sent.add(sent);
    if (sent == frames.size()) return;
    const std::span<rte_mbuf*> refused = frames.subspan(sent);
    books.discarded[static_cast<size_t>(Reason::tx_refused)].add(refused.size());
    rte_pktmbuf_free_bulk(refused.data(), static_cast<unsigned>(refused.size()));
}

}  // namespace snmpgate::stages

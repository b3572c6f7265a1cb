#pragma once

#include <span>

#include <rte_ethdev.h>

#include "side.hpp"

namespace snmpgate::stages {

// A burst from a port, each frame marked with the side it entered by: from here on mbuf->port is a Side.
[[nodiscard]] inline std::span<rte_mbuf*> receive(uint16_t port, Side entered, std::span<rte_mbuf*> room) {
    const uint16_t count = rte_eth_rx_burst(port, 0, room.data(), static_cast<uint16_t>(room.size()));
    for (rte_mbuf* mbuf : room.first(count)) mbuf->port = index(entered);
    return room.first(count);
}

}  // namespace snmpgate::stages

#pragma once

#include <array>
#include <cstdint>

#include <rte_ethdev.h>

#include "ports/device.hpp"

// How many queues a port has, and how a NIC shares frames out over them.
namespace snmpgate::app {

// Throws std::runtime_error, with what to write instead, if the device cannot serve so many queues each way, has more
// of them than will be served (what arrives there would be lost), or cannot spread frames as `spread` wants it.
void check_queues(const Device& device, const rte_eth_dev_info& info, uint16_t queues, bool spread);

// A Toeplitz hash with this key (0x6D5A all over) is the same for source and destination exchanged: both directions of
// a conversation, one on each port, have the same queue number.
using HashKey = std::array<uint8_t, 64>;

// Has a NIC share frames out by their two IP addresses and nothing else, so that fragments, which have no UDP ports,
// stay with their flow. What has no IP header goes to queue 0. `key` must live until the port is configured.
void hash_addresses(rte_eth_conf& conf, const rte_eth_dev_info& info, HashKey& key);

}  // namespace snmpgate::app

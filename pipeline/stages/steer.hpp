#pragma once

#include <cstdint>

#include "locate/realms.hpp"
#include "stages/frame.hpp"

namespace snmpgate::stages {

// Which worker a frame belongs to: both directions of a conversation, all fragments of a pair and a whole broadcast
// domain's ARP arrive at one, so that what it learns is all there is to know. A hash of
//
//   TCP, not fragmented         the unordered 5-tuple, by located ends
//   other IP, fragments too     the unordered pair of the located ends
//   ARP, DHCP, HSRP and kin     the VLAN
//   all else                    the unordered pair of MAC addresses
//
// Pure; equal for equal inputs in every run.
[[nodiscard]] uint32_t steering_hash(std::span<const uint8_t> frame, const wire::Packet& packet,
                                     const locate::Ends& ends);
// The same of a frame as it came: parses as far as it needs. mbuf.port is the Side it entered by.
[[nodiscard]] uint32_t steering_hash(const rte_mbuf& mbuf, const locate::Realms& realms);

// The worker, 0..workers - 1, for a hash.
[[nodiscard]] constexpr unsigned worker_for(uint32_t hash, unsigned workers) {
    return static_cast<unsigned>(uint64_t{hash} * workers >> 32);
}

}  // namespace snmpgate::stages

#pragma once

#include <cstdint>
#include <span>

#include "locate/realms.hpp"
#include "reason.hpp"
#include "translate/splice.hpp"
#include "wire/packet.hpp"

namespace snmpgate::translate {

// Header mode (`nat.headers`): plans the change of every address in the frame's headers that `map` holds: both of IPv4,
// sender and target of ARP, the gateway of an ICMP redirect and the packet quoted in an ICMP error.
[[nodiscard]] Reason plan_headers(std::span<const uint8_t> frame, const wire::Packet& packet,
                                  const locate::AddressMap& map, Plan& plan, uint32_t& addresses);

// Names the checksums that the planned changes may touch, innermost first.
void plan_checksums(std::span<const uint8_t> frame, const wire::Packet& packet, Plan& plan);

}  // namespace snmpgate::translate

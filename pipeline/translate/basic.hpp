#pragma once

#include <cstdint>
#include <span>

#include "locate/realms.hpp"
#include "reason.hpp"
#include "translate/splice.hpp"
#include "wire/snmp.hpp"

namespace snmpgate::translate {

// The basic SNMP ALG (RFC 2962, 4.1): plans a splice for every IpAddress value that `map` holds, in any PDU, and for
// the agent-addr of a v1 trap, which lies outside the varbind list. Values the map does not hold (masks, other
// networks) stay. Adds to `addresses` how many change. A message that needs no change is never refused; one that does
// and is signed, and any that is encrypted, is: then nothing is planned.
[[nodiscard]] Reason plan_values(std::span<const uint8_t> frame, const wire::snmp::Message& message,
                                 const locate::AddressMap& map, Plan& plan, uint32_t& addresses);

// Plans the change of the IPv4 address at `at` if `map` holds it.
[[nodiscard]] Reason plan_address(std::span<const uint8_t> frame, size_t at, const locate::AddressMap& map, Plan& plan,
                                  uint32_t& addresses);

}  // namespace snmpgate::translate

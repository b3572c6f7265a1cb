#pragma once

#include "locate/realms.hpp"
#include "policy.hpp"
#include "translate/splice.hpp"
#include "wire/packet.hpp"
#include "wire/snmp.hpp"

namespace snmpgate::translate {

// What was planned for a frame.
struct Outcome {
    Reason reason = Reason::none;  // why its SNMP message could not be translated; its headers may be, all the same
    uint32_t addresses = 0;        // that change
};

// Plans every change to a frame that entered by `entered`: into `plan`, which is cleared first. `snmp` is what its SNMP
// message is, `message` its views, null if there is none that parses.
[[nodiscard]] Outcome plan_frame(std::span<const uint8_t> frame, const wire::Packet& packet, const locate::Ends& ends,
                                 Side entered, Reason snmp, const wire::snmp::Message* message, const Policy& policy,
                                 Plan& plan);

}  // namespace snmpgate::translate

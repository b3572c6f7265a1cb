#include "translate/translate.hpp"

#include "translate/basic.hpp"
#include "translate/headers.hpp"

namespace snmpgate::translate {

Outcome plan_frame(std::span<const uint8_t> frame, const wire::Packet& packet, const locate::Ends& ends, Side entered,
                   Reason snmp, const wire::snmp::Message* message, const Policy& policy, Plan& plan) {
    plan.clear();
    Outcome outcome;
    const locate::AddressMap& map = policy.realms.map(ends.realm, entered);
    // What could not be parsed, or is not all here, leaves as it came.
    if (map.empty() || packet.reason != Reason::none) return outcome;
    if (policy.translate_headers) {
        outcome.reason = plan_headers(frame, packet, map, plan, outcome.addresses);
    }
    if (policy.translate_values && outcome.reason == Reason::none) {
        if (message != nullptr)
            outcome.reason = plan_values(frame, *message, map, plan, outcome.addresses);
        else if (snmp == Reason::snmp_fragment)
            outcome.reason = snmp;
    }
    if (!plan.empty()) plan_checksums(frame, packet, plan);
    return outcome;
}

}  // namespace snmpgate::translate

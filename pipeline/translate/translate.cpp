#include "translate/translate.hpp"

#include "translate/basic.hpp"
#include "translate/headers.hpp"

namespace snmpgate::translate {

namespace {

// The packet's IP header is sound, whatever is behind it.
bool has_sound_headers(const wire::Packet& packet) {
    switch (packet.reason) {
        case Reason::none:
        case Reason::udp_truncated:
        case Reason::udp_length:
        case Reason::tcp_truncated:
        case Reason::tcp_header_length:
        case Reason::icmp_truncated:
            return true;
        default:
            return false;
    }
}

}  // namespace

Outcome plan_frame(std::span<const uint8_t> frame, const wire::Packet& packet, const locate::Ends& ends, Side entered,
                   Reason snmp, const wire::snmp::Message* message, const Policy& policy, Plan& plan) {
    plan.clear();
    Outcome outcome;
    const locate::AddressMap& map = policy.realms.map(ends.realm, entered);
    if (map.empty()) return outcome;
    if (policy.translate_headers && has_sound_headers(packet)) {
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

#include "decide/decide.hpp"

namespace snmpgate::decide {
namespace {

// Reasons that are nobody's fault and stand in the way of translation only.
bool is_incomplete(Reason reason) { return reason == Reason::frame_cut || reason == Reason::snmp_fragment; }

Decision discard(Reason reason) { return {record::Action::discard, reason, 0}; }

}  // namespace

// The order: who may not speak at all, then what cannot be read. Facts enter with the first check that learns.
Decision decide(const Seen& seen, const observe::Facts& /*facts*/, const Policy& policy) {
    if (seen.source.blocked || seen.destination.blocked) return discard(Reason::blocked_mac);
    for (const BlockedPrefixes* blocked : {&policy.prefixes, &policy.ordered_prefixes})
        if (!blocked->empty() && seen.packet.ip_size != 0 &&
            (blocked->holds(seen.ends.inside) || blocked->holds(seen.ends.outside)))
            return discard(Reason::blocked_prefix);
    if (is_incomplete(seen.packet.reason)) return {.reason = seen.packet.reason};
    if (seen.packet.reason != Reason::none) return on_failure(policy.malformed, seen.packet.reason);
    if (is_incomplete(seen.snmp)) return {.reason = seen.snmp};
    if (seen.snmp != Reason::none) return on_failure(policy.unparsable, seen.snmp);
    return {};
}

}  // namespace snmpgate::decide

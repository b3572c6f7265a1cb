#pragma once

#include "decide/stations.hpp"
#include "locate/realms.hpp"
#include "observe/facts.hpp"
#include "policy.hpp"
#include "reason.hpp"
#include "record/record.hpp"
#include "wire/packet.hpp"

namespace snmpgate::decide {

// What is to become of a frame, and why. With Action::forward a reason says what was wrong and yet let pass.
struct Decision {
    record::Action action = record::Action::forward;
    Reason reason = Reason::none;
    uint16_t rule = 0;  // what spoke; 0 = none
};

// All that a decision may rest on.
struct Seen {
    const wire::Packet& packet;
    const locate::Ends& ends;
    Station source, destination;
    Reason snmp = Reason::none;  // why its SNMP message does not parse
};

// The one place that decides, and a pure function: `whatif` and `replay` see what the live path saw.
[[nodiscard]] Decision decide(const Seen& seen, const observe::Facts& facts, const Policy& policy);

// What `on` says about a failure named `reason`.
[[nodiscard]] constexpr Decision on_failure(OnFailure on, Reason reason) {
    return {on == OnFailure::discard ? record::Action::discard : record::Action::forward, reason, 0};
}

}  // namespace snmpgate::decide

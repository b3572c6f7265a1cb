#pragma once

#include <cstdint>

#include "reason.hpp"
#include "record/record.hpp"
#include "wire/packet.hpp"
#include "wire/service.hpp"
#include "wire/snmp.hpp"

namespace snmpgate::record {

// What became of a frame, for its record.
struct Outcome {
    Action action = Action::forward;
    uint8_t flags = 0;  // Record::kMonitor and the bits beside it
    Reason reason = Reason::none;
    uint16_t rule = 0;
    uint8_t realm = 0;  // 0..15
    uint32_t translated = 0;
    uint16_t facts = 0;
    wire::Protocol protocol = wire::Protocol::other;
};

// Fills everything but time and number. `frame` is the frame as received; `message` is null where no SNMP header could
// be read. Pure; any thread.
void compose(const wire::Extent& frame, const wire::Packet& packet, const wire::snmp::Message* message,
             const Outcome& outcome, Record& record);

}  // namespace snmpgate::record

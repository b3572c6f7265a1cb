#include <vector>

#include "fuzz.hpp"
#include "model.hpp"
#include "wire/snmp.hpp"

// The SNMP decoder against the model. The input is a message as it lies behind a UDP header; it is decoded at the end
// of a frame, where the first byte too far is beyond the buffer, and inside one, where it is not.
namespace {

using namespace snmpgate;

bool same(wire::Span ours, const model::Place& place) {
    return ours.offset == static_cast<uint16_t>(place.offset) && ours.size == place.size;
}
#define SAME_PLACE(ours, place) fuzz::demand(same(ours, place), #ours)

void compare(const wire::snmp::Message& ours, const model::Message& expected) {
    SNMPGATE_SAME(ours.has_header, expected.has_header);
    SNMPGATE_SAME(ours.encrypted, expected.encrypted);
    SNMPGATE_SAME(ours.pdu, expected.pdu);
    SNMPGATE_SAME(ours.request_id, expected.request_id);
    SNMPGATE_SAME(ours.error_status, expected.error_status);
    SNMPGATE_SAME(ours.error_index, expected.error_index);
    if (expected.has_header) {
        SNMPGATE_SAME(static_cast<int64_t>(ours.version), expected.version);
        SNMPGATE_SAME(ours.is_signed(), expected.version == 3 && expected.flags % 2 == 1);
        if (expected.version != 3) SAME_PLACE(ours.community, expected.community);
    }

    SNMPGATE_SAME(ours.v3.message_id, expected.message_id);
    SNMPGATE_SAME(ours.v3.max_size, expected.max_size);
    SNMPGATE_SAME(ours.v3.flags, expected.flags);
    SNMPGATE_SAME(ours.v3.security_model, expected.security_model);
    SNMPGATE_SAME(ours.v3.engine_boots, expected.engine_boots);
    SNMPGATE_SAME(ours.v3.engine_time, expected.engine_time);
    SAME_PLACE(ours.v3.engine_id, expected.engine_id);
    SAME_PLACE(ours.v3.user, expected.user);
    SAME_PLACE(ours.v3.authentication, expected.authentication);
    SAME_PLACE(ours.v3.privacy, expected.privacy);
    SAME_PLACE(ours.v3.context_engine_id, expected.context_engine_id);
    SAME_PLACE(ours.v3.context_name, expected.context_name);

    SAME_PLACE(ours.trap.enterprise, expected.enterprise);
    SAME_PLACE(ours.trap.agent_address, expected.agent_address);
    SNMPGATE_SAME(ours.trap.generic, expected.generic);
    SNMPGATE_SAME(ours.trap.specific, expected.specific);
    SNMPGATE_SAME(ours.trap.timestamp, expected.timestamp);

    SNMPGATE_SAME(ours.list().size(), expected.varbinds.size());
    for (size_t i = 0; i < expected.varbinds.size(); ++i) {
        SAME_PLACE(ours.varbinds[i].name, expected.varbinds[i].name);
        SAME_PLACE(ours.varbinds[i].value, expected.varbinds[i].value);
        SNMPGATE_SAME(ours.varbinds[i].tag, expected.varbinds[i].tag);
    }
    if (expected.reason != Reason::none) return;
    SNMPGATE_SAME(ours.odd.long_lengths, static_cast<uint16_t>(expected.long_lengths));
    SNMPGATE_SAME(ours.odd.long_integers, static_cast<uint16_t>(expected.long_integers));
    SNMPGATE_SAME(ours.odd.trailing, static_cast<uint16_t>(expected.trailing));
    SNMPGATE_SAME(ours.odd.missing, expected.missing);
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static wire::snmp::Message message;  // as in a worker: what the message before left behind must not be seen
    if (size > 60'000) return 0;
    const size_t before = size % 3;
    for (const size_t behind : {size_t{0}, size_t{7}}) {
        std::vector<uint8_t> bytes(before, 0x30);
        bytes.insert(bytes.end(), data, data + size);
        bytes.resize(bytes.size() + behind, 0x30);
        const fuzz::Exact frame{bytes};
        const model::Message expected = model::decode(frame.span().subspan(before, size), before);
        const wire::Span payload{static_cast<uint16_t>(before), static_cast<uint16_t>(size)};
        SNMPGATE_SAME(wire::snmp::decode(frame.span(), payload, message), expected.reason);
        compare(message, expected);
    }
    return 0;
}

#include <algorithm>
#include <vector>

#include "fuzz.hpp"
#include "model.hpp"
#include "translate/translate.hpp"

// The translator: translate, read again, compare. The input is a frame, its last byte chooses mode and direction. What
// must change is found by the model; that checksums follow is checked by what they are for: the one's complement sum of
// all that a checksum covers, itself included, is the same before and after, right or wrong.
namespace {

using namespace snmpgate;
using Bytes = std::vector<uint8_t>;

// Private 0.0.0.0/1 to public 128.0.0.0/1: half of all addresses change, whichever way they go.
const std::vector<locate::RealmSpec> kSpecs = {{"half", {}, {{0, 0x80000000, 1}}}};

const Policy& policy(bool headers) {
    static const std::array<Policy, 2> policies = [] {
        std::array<Policy, 2> made;
        for (const bool here : {false, true}) {
            Policy& policy = made[here];
            policy.translate_values = true;
            policy.translate_headers = here;
            policy.realms = {kSpecs, here ? locate::Headers::translated_here : locate::Headers::translated_beside};
            policy.snmp_ports.set(161).set(162);
        }
        return made;
    }();
    return policies[headers];
}

struct Read {
    model::Packet packet;
    model::Message message;
    bool has_message = false;

    explicit Read(const Bytes& frame) : packet(model::parse_packet(frame, frame.size(), frame.size())) {
        const bool port = packet.transport == 1 && (is_snmp(packet.source_port) || is_snmp(packet.destination_port));
        if (packet.reason != Reason::none || packet.fragment || (packet.network != 4 && !port)) return;
        const std::span<const uint8_t> all{frame};
        message = model::decode(all.subspan(packet.payload.offset, packet.payload.size), packet.payload.offset);
        has_message = message.reason == Reason::none;
    }
    static bool is_snmp(uint16_t port) { return port == 161 || port == 162; }
};

// Behind a sound IP header something may be wrong with the transport: that is no reason to leave the header alone.
bool headers_are_sound(const model::Packet& packet) {
    const Reason reason = packet.reason;
    return reason == Reason::none || reason == Reason::udp_truncated || reason == Reason::udp_length ||
           reason == Reason::tcp_truncated || reason == Reason::tcp_header_length || reason == Reason::icmp_truncated;
}

// Where the frame's addresses stand that translation is about.
std::vector<size_t> places(const Bytes& frame, const Read& read, bool headers) {
    std::vector<size_t> places;
    const model::Packet& packet = read.packet;
    if (headers && packet.ip_size == 4 && headers_are_sound(packet)) {
        places = {packet.source_ip, packet.destination_ip};
        if (packet.transport == 3 && packet.reason == Reason::none && frame[packet.transport_at] == 5)
            places.push_back(packet.transport_at + 4);
        if (packet.quotes) places.insert(places.end(), {packet.quoted_at + 12, packet.quoted_at + 16});
    }
    const bool untouchable = read.message.encrypted || (read.message.version == 3 && read.message.flags % 2 == 1);
    if (!read.has_message || untouchable) return places;
    if (read.message.agent_address.size == 4) places.push_back(read.message.agent_address.offset);
    for (const model::Varbind& varbind : read.message.varbinds)
        if (varbind.tag == 0x40 && varbind.value.size == 4) places.push_back(varbind.value.offset);
    return places;
}

struct Sum {
    size_t at;          // of the checksum
    size_t begin, end;  // covered
    size_t pseudo, pseudo_end;
    bool optional;
};

void add_transport(int protocol, size_t begin, size_t end, size_t pseudo, size_t pseudo_end, std::vector<Sum>& sums) {
    const size_t at = protocol == 6 ? 16 : protocol == 58 ? 2 : 6;
    const bool has = protocol == 6 || protocol == 17 || protocol == 33 || protocol == 58 || protocol == 136;
    if (has && begin + at + 2 <= end) sums.push_back({begin + at, begin, end, pseudo, pseudo_end, protocol == 17});
}

std::vector<Sum> checksums(const model::Packet& packet) {
    std::vector<Sum> sums;
    if (!headers_are_sound(packet)) return sums;  // then nothing changes
    if (packet.network == 2)
        sums.push_back({packet.network_at + 10, packet.network_at, packet.transport_at, 0, 0, false});
    const size_t pseudo_end = packet.destination_ip + packet.ip_size;
    if (packet.transport == 3 && packet.reason == Reason::none)
        sums.push_back({packet.transport_at + 2, packet.transport_at, packet.network_end, 0, 0, false});
    else if (packet.transport != 0 && packet.transport != 3)
        add_transport(packet.ip_protocol, packet.transport_at, packet.network_end, packet.source_ip, pseudo_end, sums);
    return sums;
}

// The quoted packet's, inside an ICMP error. `frame` tells its protocol and whether it is a later fragment.
void add_quoted(const Bytes& frame, const model::Packet& packet, std::vector<Sum>& sums) {
    if (!packet.quotes || packet.reason != Reason::none) return;
    const size_t at = packet.quoted_at;
    sums.push_back({at + 10, at, packet.quoted_payload, 0, 0, false});
    const bool later = ((frame[at + 6] << 8 | frame[at + 7]) & 0x1FFF) != 0;
    if (!later) add_transport(frame[at + 9], packet.quoted_payload, packet.quoted_end, at + 12, at + 20, sums);
}

uint64_t covered_sum(const Bytes& frame, const Sum& sum) {
    uint64_t total = 0;
    for (size_t i = sum.begin; i < sum.end; ++i) total += frame[i] * ((i - sum.begin) % 2 == 0 ? 256u : 1u);
    for (size_t i = sum.pseudo; i < sum.pseudo_end; ++i) total += frame[i] * ((i - sum.pseudo) % 2 == 0 ? 256u : 1u);
    return total % 65535;
}

uint16_t word(const Bytes& frame, size_t at) { return static_cast<uint16_t>(frame[at] << 8 | frame[at + 1]); }

Bytes translate(Bytes frame, bool headers, Side entered) {
    static translate::Plan plan;
    static wire::snmp::Message message;
    const Policy& rules = policy(headers);
    const wire::Packet packet = wire::parse_packet(wire::Extent::whole(frame));
    const locate::Ends ends = rules.realms.locate(frame, packet, entered);
    Reason snmp = Reason::none;
    const bool carries = wire::carries_snmp(packet, rules.snmp_ports) && packet.reason == Reason::none;
    if (carries) snmp = packet.fragment ? Reason::snmp_fragment : wire::snmp::decode(frame, packet.payload, message);
    const bool parses = carries && snmp == Reason::none;
    static_cast<void>(
        translate::plan_frame(frame, packet, ends, entered, snmp, parses ? &message : nullptr, rules, plan));
    plan.apply(frame);
    return frame;
}

void check(const Bytes& frame, bool headers, Side entered) {
    const Bytes out = translate(frame, headers, entered);
    const Read read{frame};
    const std::vector<size_t> addresses = places(frame, read, headers);
    std::vector<Sum> sums = checksums(read.packet);
    if (headers) add_quoted(frame, read.packet, sums);

    fuzz::demand(out.size() == frame.size(), "the size");
    Bytes expected = frame;
    bool inverts = true;
    for (const size_t at : addresses) {
        const bool is_public = frame[at] >= 0x80;
        if (is_public == (entered == Side::external))
            expected[at] = frame[at] ^ 0x80;
        else
            inverts = false;
    }
    const bool changed = expected != frame;
    for (const Sum& sum : sums) {
        if (!changed) break;
        const bool none = sum.optional && word(frame, sum.at) == 0;
        if (none)
            fuzz::demand(word(out, sum.at) == 0, "no checksum stays none");
        else
            fuzz::demand(covered_sum(out, sum) == covered_sum(frame, sum), "a checksum follows");
        if (sum.optional && !none) fuzz::demand(word(out, sum.at) != 0, "a checksum does not become none");
        std::copy_n(out.begin() + static_cast<long>(sum.at), 2, expected.begin() + static_cast<long>(sum.at));
    }
    fuzz::demand(out == expected, "all mapped addresses change, and nothing else");

    const Read again{out};
    SNMPGATE_SAME(again.packet.reason, read.packet.reason);
    SNMPGATE_SAME(again.message.reason, read.message.reason);
    SNMPGATE_SAME(again.message.varbinds.size(), read.message.varbinds.size());
    // A header checksum of 0xFFFF is not what anybody computes; the way back makes it the 0x0000 it means.
    const bool canonical = std::all_of(sums.begin(), sums.end(), [&](const Sum& sum) {
        return sum.optional || (word(frame, sum.at) != 0xFFFF && word(frame, sum.at) != 0);
    });
    if (inverts && canonical)
        fuzz::demand(translate(out, headers, opposite(entered)) == frame, "the way back gives the first bytes");
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0 || size > 20'000) return 0;
    const Bytes frame(data, data + size - 1);
    const uint8_t choice = data[size - 1];
    check(frame, (choice & 1) != 0, (choice & 2) != 0 ? Side::internal : Side::external);
    return 0;
}

#include <string_view>

#include "fuzz.hpp"
#include "model.hpp"
#include "wire/arp.hpp"
#include "wire/checksum.hpp"
#include "wire/icmp.hpp"
#include "wire/packet.hpp"
#include "wire/service.hpp"

// The frame parser against the model. The input is a frame; it is also parsed as one of which a capture kept only the
// beginning, and as one whose first segment alone is contiguous.
namespace {

using namespace snmpgate;

bool same(wire::Span ours, const model::Place& place) {
    return ours.offset == static_cast<uint16_t>(place.offset) && ours.size == static_cast<uint16_t>(place.size);
}

void compare_arp(const wire::Extent& extent, const wire::Packet& packet, const model::Packet& expected) {
    wire::ArpView arp;
    SNMPGATE_SAME(wire::parse_arp(extent, packet.network_at, packet.network_end, arp), expected.reason);
    SNMPGATE_SAME(arp.hardware_type, expected.hardware_type);
    SNMPGATE_SAME(arp.protocol_type, expected.protocol_type);
    SNMPGATE_SAME(arp.hardware_size, expected.hardware_size);
    SNMPGATE_SAME(arp.protocol_size, expected.protocol_size);
    SNMPGATE_SAME(arp.opcode, expected.opcode);
    fuzz::demand(same(arp.sender_mac, expected.arp[0]), "sender MAC");
    fuzz::demand(same(arp.sender_ip, expected.arp[1]), "sender IP");
    fuzz::demand(same(arp.target_mac, expected.arp[2]), "target MAC");
    fuzz::demand(same(arp.target_ip, expected.arp[3]), "target IP");
    SNMPGATE_SAME(arp.is_ipv4(), expected.ip_size == 4);
}

void compare_icmp(const wire::Extent& extent, const wire::Packet& packet, const model::Packet& expected) {
    wire::IcmpView icmp;
    SNMPGATE_SAME(wire::parse_icmp(extent, packet.transport_at, packet.network_end, icmp), expected.reason);
    SNMPGATE_SAME(icmp.quotes, expected.quotes);
    if (!icmp.quotes) return;
    SNMPGATE_SAME(icmp.quoted.begin, expected.quoted_at);
    SNMPGATE_SAME(icmp.quoted.payload, expected.quoted_payload);
    SNMPGATE_SAME(icmp.quoted.end, expected.quoted_end);
}

// Sums of odd and even size, from a high and from a low byte, against pairs of bytes added one by one.
void check_sums(std::span<const uint8_t> bytes) {
    for (const bool odd : {false, true}) {
        uint64_t total = 0;
        for (size_t i = 0; i < bytes.size(); ++i) total += bytes[i] * ((i % 2 == 0) != odd ? 256u : 1u);
        const auto sum = static_cast<uint16_t>(total == 0 ? 0 : (total - 1) % 65535 + 1);  // one's complement
        SNMPGATE_SAME(wire::sum(bytes, odd), sum);
        SNMPGATE_SAME(wire::update(0x1234, sum, sum), 0x1234);
    }
}

void check_classified(std::span<const uint8_t> head, const wire::Packet& packet) {
    static const wire::SnmpPorts ports = [] {
        wire::SnmpPorts set;
        set.set(161).set(162);
        return set;
    }();
    const wire::Protocol protocol = wire::classify(head, packet, ports);
    fuzz::demand(static_cast<size_t>(protocol) < wire::kProtocols, "a protocol of the list");
    fuzz::demand(wire::name_of(protocol) != "unknown", "a protocol with a name");
    SNMPGATE_SAME(protocol == wire::Protocol::snmp_unparsed, wire::carries_snmp(packet, ports));
}

void check_macs(std::span<const uint8_t> head) {
    if (head.size() < 12) return;
    uint64_t key = 0;
    for (size_t i = 6; i < 12; ++i) key = key * 256 + head[i];
    SNMPGATE_SAME(wire::source_mac(head).key(), key);
    SNMPGATE_SAME(wire::destination_mac(head).is_group(), head[0] % 2 == 1);
}

void compare(const wire::Extent& extent) {
    const auto& [head, captured, wire] = extent;
    const wire::Packet packet = wire::parse_packet(extent);
    const model::Packet expected = model::parse_packet(head, captured, wire);
    SNMPGATE_SAME(packet.reason, expected.reason);
    SNMPGATE_SAME(packet.type, expected.type);
    SNMPGATE_SAME(packet.vlan, expected.vlan);
    SNMPGATE_SAME(packet.tags, expected.tags);
    SNMPGATE_SAME(packet.llc, expected.llc);
    SNMPGATE_SAME(packet.fragment, expected.fragment);
    SNMPGATE_SAME(static_cast<int>(packet.network), expected.network);
    SNMPGATE_SAME(static_cast<int>(packet.transport), expected.transport);
    SNMPGATE_SAME(packet.ip_protocol, expected.ip_protocol);
    SNMPGATE_SAME(packet.network_at, expected.network_at);
    SNMPGATE_SAME(packet.network_end, expected.network_end);
    SNMPGATE_SAME(packet.transport_at, expected.transport_at);
    SNMPGATE_SAME(packet.ip_size, expected.ip_size);
    SNMPGATE_SAME(packet.source_ip, expected.source_ip);
    SNMPGATE_SAME(packet.destination_ip, expected.destination_ip);
    SNMPGATE_SAME(packet.source_port, expected.source_port);
    SNMPGATE_SAME(packet.destination_port, expected.destination_port);
    fuzz::demand(same(packet.payload, expected.payload), "payload");
    if (packet.network == wire::Network::arp) compare_arp(extent, packet, expected);
    if (packet.transport == wire::Transport::icmp) compare_icmp(extent, packet, expected);
    check_classified(head, packet);
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size > 20'000) return 0;
    const fuzz::Exact frame{{data, size}};
    check_sums(frame.span());
    check_macs(frame.span());
    compare(wire::Extent::whole(frame.span()));
    const auto captured = static_cast<uint32_t>(size);
    for (const uint32_t beyond : {1u, 4u, 20u, 1500u}) compare({frame.span(), captured, captured + beyond});
    const fuzz::Exact head{frame.span().first(size / 2)};
    compare({head.span(), captured, captured});
    compare({head.span(), captured, captured + 1});
    return 0;
}

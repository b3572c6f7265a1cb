#include "record/compose.hpp"

#include <algorithm>

#include "wire/arp.hpp"

namespace snmpgate::record {
namespace {

using wire::be16;
using wire::be32;

uint8_t saturated(uint64_t value) { return static_cast<uint8_t>(std::min<uint64_t>(value, 255)); }
uint8_t in_eights(uint32_t bytes) { return saturated((uint64_t{bytes} + 7) / 8); }

// An address of any size into the record's: its first bytes, the rest zero.
template <typename Address>
Address clipped(std::span<const uint8_t> frame, wire::Span span) {
    std::array<uint8_t, sizeof(Address)> bytes{};
    const size_t end = std::min<size_t>(span.offset + std::min<size_t>(span.size, sizeof(Address)), frame.size());
    if (span.offset < end)
        std::copy(frame.begin() + span.offset, frame.begin() + static_cast<long>(end), bytes.begin());
    return std::bit_cast<Address>(bytes);
}

void compose_arp(const wire::Extent& frame, const wire::Packet& packet, Record& record) {
    wire::ArpView arp;
    static_cast<void>(
        wire::parse_arp(frame, packet.network_at, packet.network_end, arp));  // its Reason is in the outcome already
    record.hardware_type = be16{arp.hardware_type};
    record.protocol_type = be16{arp.protocol_type};
    record.hardware_size = arp.hardware_size;
    record.protocol_size = arp.protocol_size;
    record.opcode = be16{arp.opcode};
    record.sender_mac = clipped<wire::Mac>(frame.head, arp.sender_mac);
    record.sender_ip = clipped<wire::Ipv4>(frame.head, arp.sender_ip);
    record.target_mac = clipped<wire::Mac>(frame.head, arp.target_mac);
    record.target_ip = clipped<wire::Ipv4>(frame.head, arp.target_ip);
}

void compose_addresses(std::span<const uint8_t> frame, const wire::Packet& packet, Record& record) {
    record.hardware_type = be16{1};
    record.protocol_type = be16{wire::ethertype::kIpv4};
    record.hardware_size = 6;
    record.protocol_size = 4;
    record.sender_mac = record.source;
    record.target_mac = record.destination;
    if (packet.network == wire::Network::ipv6) record.protocol_type = be16{wire::ethertype::kIpv6};
    if (packet.ip_size == 0) return;
    // Of an IPv6 address the last 4 bytes.
    const size_t last = packet.ip_size - sizeof(wire::Ipv4);
    record.sender_ip = wire::load<wire::Ipv4>(frame, packet.source_ip + last);
    record.target_ip = wire::load<wire::Ipv4>(frame, packet.destination_ip + last);
}

// 1 = a request or a notification, 2 = what answers one; 0 where the PDU is not seen.
uint16_t opcode(uint8_t pdu) {
    namespace pdus = wire::snmp::pdu;
    if (pdu == 0) return 0;
    return pdu == pdus::kResponse || pdu == pdus::kReport ? 2 : 1;
}

void compose_snmp(const wire::snmp::Message& message, Record& record) {
    namespace pdus = wire::snmp::pdu;
    record.opcode = be16{opcode(message.pdu)};
    record.pdu = message.pdu;
    // In a GetBulk this field is non-repeaters (RFC 3416, 4.2.3).
    const bool has_status = message.pdu != pdus::kGetBulk;
    const bool fits = message.error_status >= 0 && message.error_status <= 255;
    if (has_status) record.error_status = fits ? static_cast<uint8_t>(message.error_status) : 255;
    record.request_id = be32{message.encrypted ? message.v3.message_id : static_cast<uint32_t>(message.request_id)};
    record.varbinds = saturated(message.varbind_count);
}

}  // namespace

void compose(const wire::Extent& frame, const wire::Packet& packet, const wire::snmp::Message* message,
             const Outcome& outcome, Record& record) {
    using wire::Protocol;
    record.length = in_eights(frame.wire);
    record.capture_length = in_eights(frame.captured);
    record.destination = wire::destination_mac(frame.head);
    record.source = wire::source_mac(frame.head);
    const bool is_snmp = outcome.protocol == Protocol::snmp_v1 || outcome.protocol == Protocol::snmp_v2c ||
                         outcome.protocol == Protocol::snmp_v3 || outcome.protocol == Protocol::snmp_unparsed;
    record.type = be16{is_snmp ? wire::ethertype::kSnmp : packet.type};
    if (packet.network == wire::Network::arp)
        compose_arp(frame, packet, record);
    else
        compose_addresses(frame.head, packet, record);
    if (message != nullptr) compose_snmp(*message, record);
    record.facts = be16{outcome.facts};
    record.protocol = static_cast<uint8_t>(outcome.protocol);
    record.verdict = static_cast<uint8_t>(static_cast<uint8_t>(outcome.action) | outcome.flags);
    record.reason = be16{static_cast<uint16_t>(outcome.reason)};
    record.translated = saturated(outcome.translated);
    record.realm_and_vlan = be16{static_cast<uint16_t>(outcome.realm << 12 | packet.vlan)};
    record.rule = be16{outcome.rule};
}

}  // namespace snmpgate::record

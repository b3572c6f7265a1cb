#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>

#include "wire/packet.hpp"

namespace snmpgate::wire {

// What a frame is about, as far as its headers tell: byte 48 of the record, and the campus statistics per realm and
// direction (requirement P5). Numbers are fixed; more are added at the end.
enum class Protocol : uint8_t {
    other = 0,
    arp = 1,
    snmp_v1 = 2,
    snmp_v2c = 3,
    snmp_v3 = 4,
    icmp = 5,
    stp = 6,
    http = 7,
    https = 8,
    nbss = 9,
    netbios = 10,
    rtp = 11,
    telnet = 12,
    voip = 13,
    ftp = 14,
    dns = 15,
    smtp = 16,
    imap = 17,
    dhcp = 18,
    snmp_unparsed = 19,
};
inline constexpr size_t kProtocols = 20;

[[nodiscard]] std::string_view name_of(Protocol protocol);

// The UDP ports that carry SNMP: one load to test one.
using SnmpPorts = std::bitset<65536>;

[[nodiscard]] inline bool carries_snmp(const Packet& packet, const SnmpPorts& ports) {
    if (packet.network == Network::snmp) return true;
    return packet.transport == Transport::udp && (ports[packet.source_port] || ports[packet.destination_port]);
}

// By EtherType and port alone; SNMP is snmp_unparsed here, until its decoder has spoken. `frame` is the frame's head.
[[nodiscard]] Protocol classify(std::span<const uint8_t> frame, const Packet& packet, const SnmpPorts& ports);

}  // namespace snmpgate::wire

#pragma once

#include "wire/cursor.hpp"
#include "wire/ethernet.hpp"
#include "wire/extent.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"

namespace snmpgate::wire {

enum class Network : uint8_t {
    other,
    arp,
    ipv4,
    ipv6,
    snmp  // SNMP directly over Ethernet (RFC 4789)
};

enum class Transport : uint8_t {
    none,  // no IP, or the middle of a fragmented packet
    udp,
    tcp,
    icmp,
    icmpv6,
    other
};

// The views of one frame's headers, as offsets: parsed once, then only loaded from. What lies behind `reason` was not
// parsed; what lies before it is valid.
struct Packet {
    Reason reason = Reason::none;
    Network network = Network::other;
    Transport transport = Transport::none;
    uint8_t ip_protocol = 0;
    uint8_t tags = 0;           // 802.1Q tags, 0..4
    bool fragment = false;      // of an IP packet
    bool llc = false;           // 802.3 with LLC, not SNAP
    uint16_t vlan = 0;          // outer VLAN id, 0 = untagged
    uint16_t type = 0;          // EtherType after tags and SNAP; the 802.3 length for LLC
    uint16_t network_at = 0;    // offset of the network header
    uint16_t transport_at = 0;  // offset of the transport header; behind the IP header for a later fragment
    uint32_t network_end = 0;   // offset behind the IP packet, padding excluded; else behind the frame
    // Offsets of the two ends' IP addresses, of IPv4, IPv6 and ARP alike; ip_size 4, 16, or 0 = there are none.
    uint8_t ip_size = 0;
    uint16_t source_ip = 0, destination_ip = 0;
    uint16_t source_port = 0, destination_port = 0;  // UDP and TCP
    Span payload;                                    // of UDP, or of the frame for SNMP over Ethernet
};

// Parses a frame's headers; never reads outside extent.head, any bytes are welcome. Pure; any thread.
[[nodiscard]] Packet parse_packet(const Extent& extent);

}  // namespace snmpgate::wire

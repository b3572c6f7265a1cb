#include "wire/packet.hpp"

#include "wire/arp.hpp"
#include "wire/icmp.hpp"
#include "wire/tcp.hpp"
#include "wire/udp.hpp"

namespace snmpgate::wire {
namespace {

Reason parse_transport(const Extent& extent, bool first, Packet& packet) {
    if (!first) return Reason::none;
    switch (packet.ip_protocol) {
        case ip_protocol::kUdp: {
            packet.transport = Transport::udp;
            UdpView view;
            const Reason reason = parse_udp(extent, packet.transport_at, packet.network_end, packet.fragment, view);
            packet.source_port = view.source_port;
            packet.destination_port = view.destination_port;
            packet.payload = view.payload;
            return reason;
        }
        case ip_protocol::kTcp: {
            packet.transport = Transport::tcp;
            TcpView view;
            const Reason reason = parse_tcp(extent, packet.transport_at, packet.network_end, view);
            packet.source_port = view.source_port;
            packet.destination_port = view.destination_port;
            // A first fragment may end inside the options.
            return packet.fragment && reason == Reason::tcp_header_length ? Reason::none : reason;
        }
        case ip_protocol::kIcmp: {
            if (packet.network != Network::ipv4) break;
            packet.transport = Transport::icmp;
            IcmpView view;
            return parse_icmp(extent, packet.transport_at, packet.network_end, view);
        }
        case ip_protocol::kIcmpv6:
            packet.transport = packet.network == Network::ipv6 ? Transport::icmpv6 : Transport::other;
            return Reason::none;
        default:
            break;
    }
    packet.transport = Transport::other;
    return Reason::none;
}

// What an IP header that was parsed, or refused with `reason`, tells: a refused one still has addresses, which lists
// and records need. `source_at` is the offset of the source address in the header; the destination's follows.
template <typename View>
Reason take_ip(const Extent& extent, const View& view, uint16_t source_at, Reason reason, Packet& packet) {
    if (view.begin == 0) return reason;
    packet.ip_size = sizeof view.source;
    packet.source_ip = static_cast<uint16_t>(view.begin + source_at);
    packet.destination_ip = static_cast<uint16_t>(packet.source_ip + packet.ip_size);
    if (reason != Reason::none) return reason;
    packet.network_end = view.end;
    packet.transport_at = view.payload;
    packet.ip_protocol = view.protocol;
    packet.fragment = view.is_fragment();
    return parse_transport(extent, view.fragment_offset == 0, packet);
}

Reason parse_network(const Extent& extent, Packet& packet) {
    switch (packet.type) {
        case ethertype::kArp: {
            packet.network = Network::arp;
            ArpView view;
            const Reason reason = parse_arp(extent, packet.network_at, packet.network_end, view);
            if (view.is_ipv4()) {
                packet.ip_size = 4;
                packet.source_ip = view.sender_ip.offset;
                packet.destination_ip = view.target_ip.offset;
            }
            return reason;
        }
        case ethertype::kIpv4: {
            packet.network = Network::ipv4;
            Ipv4View view;
            const Reason reason = parse_ipv4(extent, packet.network_at, packet.network_end, false, view);
            return take_ip(extent, view, Ipv4View::kSourceAt, reason, packet);
        }
        case ethertype::kIpv6: {
            packet.network = Network::ipv6;
            Ipv6View view;
            const Reason reason = parse_ipv6(extent, packet.network_at, packet.network_end, view);
            return take_ip(extent, view, Ipv6View::kSourceAt, reason, packet);
        }
        case ethertype::kSnmp:
            packet.network = Network::snmp;
            packet.payload = {packet.network_at, static_cast<uint16_t>(packet.network_end - packet.network_at)};
            return packet.network_end > 0xFFFF ? Reason::snmp_size : Reason::none;
        default:
            return Reason::none;
    }
}

}  // namespace

Packet parse_packet(const Extent& extent) {
    Packet packet;
    EthernetView ethernet;
    packet.reason = parse_ethernet(extent, ethernet);
    packet.type = ethernet.type;
    packet.vlan = ethernet.vlan;
    packet.tags = ethernet.tags;
    packet.llc = ethernet.llc;
    packet.network_at = ethernet.payload;
    packet.network_end = ethernet.end;
    if (packet.reason == Reason::none && !packet.llc) packet.reason = parse_network(extent, packet);
    return packet;
}

}  // namespace snmpgate::wire

#include "translate/headers.hpp"

#include <optional>

#include "translate/basic.hpp"
#include "wire/icmp.hpp"
#include "wire/tcp.hpp"
#include "wire/udp.hpp"

namespace snmpgate::translate {
namespace {

using wire::Extent;
using wire::Ipv4View;

// Where a transport keeps the checksum that covers the pseudo-header.
std::optional<size_t> checksum_place(uint8_t protocol) {
    switch (protocol) {
        case wire::ip_protocol::kTcp:
            return wire::TcpView::kChecksumAt;
        case wire::ip_protocol::kUdp:
        case wire::ip_protocol::kDccp:     // RFC 4340, 9.1
        case wire::ip_protocol::kUdpLite:  // RFC 3828, 3.1
            return wire::UdpView::kChecksumAt;
        case wire::ip_protocol::kIcmpv6:  // RFC 4443, 2.3
            return 2;
        default:
            return std::nullopt;
    }
}

void plan_transport(uint8_t protocol, size_t begin, size_t end, size_t pseudo_begin, size_t pseudo_end, Plan& plan) {
    const auto place = checksum_place(protocol);
    if (!place || begin + *place + 2 > end) return;  // a quotation may end before it
    plan.add({static_cast<uint16_t>(begin + *place), static_cast<uint32_t>(begin), static_cast<uint32_t>(end),
              static_cast<uint16_t>(pseudo_begin), static_cast<uint16_t>(pseudo_end),
              protocol == wire::ip_protocol::kUdp});
}

void plan_ipv4_header(size_t begin, size_t end, Plan& plan) {
    plan.add({static_cast<uint16_t>(begin + Ipv4View::kChecksumAt), static_cast<uint32_t>(begin),
              static_cast<uint32_t>(end), 0, 0, false});
}

wire::IcmpView icmp_of(std::span<const uint8_t> frame, const wire::Packet& packet) {
    wire::IcmpView icmp;
    static_cast<void>(wire::parse_icmp(Extent::whole(frame), packet.transport_at, packet.network_end, icmp));
    return icmp;
}

void plan_icmp_checksums(std::span<const uint8_t> frame, const wire::Packet& packet, Plan& plan) {
    const wire::IcmpView icmp = icmp_of(frame, packet);
    if (icmp.quotes) {
        const Ipv4View& quoted = icmp.quoted;
        if (quoted.fragment_offset == 0)
            plan_transport(quoted.protocol, quoted.payload, quoted.end, quoted.begin + Ipv4View::kSourceAt,
                           quoted.begin + Ipv4View::kDestinationAt + 4, plan);
        plan_ipv4_header(quoted.begin, quoted.payload, plan);
    }
    plan.add({static_cast<uint16_t>(packet.transport_at + wire::IcmpView::kChecksumAt), packet.transport_at,
              packet.network_end, 0, 0, false});
}

}  // namespace

Reason plan_headers(std::span<const uint8_t> frame, const wire::Packet& packet, const locate::AddressMap& map,
                    Plan& plan, uint32_t& addresses) {
    if (packet.ip_size != sizeof(wire::Ipv4)) return Reason::none;
    std::array<size_t, 5> places{packet.source_ip, packet.destination_ip};
    size_t count = 2;
    if (packet.transport == wire::Transport::icmp) {
        const wire::IcmpView icmp = icmp_of(frame, packet);
        if (icmp.has_gateway) places[count++] = icmp.begin + wire::IcmpView::kGatewayAt;
        if (icmp.quotes) {
            places[count++] = icmp.quoted.begin + Ipv4View::kSourceAt;
            places[count++] = icmp.quoted.begin + Ipv4View::kDestinationAt;
        }
    }
    for (size_t i = 0; i < count; ++i)
        if (const Reason r = plan_address(frame, places[i], map, plan, addresses); r != Reason::none) return r;
    return Reason::none;
}

void plan_checksums(std::span<const uint8_t> frame, const wire::Packet& packet, Plan& plan) {
    if (packet.network != wire::Network::ipv4 && packet.network != wire::Network::ipv6) return;
    if (packet.transport == wire::Transport::icmp)
        plan_icmp_checksums(frame, packet, plan);
    else if (packet.transport != wire::Transport::none)
        plan_transport(packet.ip_protocol, packet.transport_at, packet.network_end, packet.source_ip,
                       packet.destination_ip + packet.ip_size, plan);
    if (packet.network == wire::Network::ipv4) plan_ipv4_header(packet.network_at, packet.transport_at, plan);
}

}  // namespace snmpgate::translate

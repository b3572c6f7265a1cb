#include "stages/steer.hpp"

namespace snmpgate::stages {
namespace {

// A 64-bit finalizer (multiply, fold): every input bit reaches every bit of the upper half, which worker_for uses.
constexpr uint64_t mix(uint64_t value) {
    value ^= value >> 32;
    value *= 0x9E37'79B9'7F4A'7C15u;
    value ^= value >> 29;
    value *= 0xBF58'476D'1CE4'E5B9u;
    return value ^ value >> 32;
}

constexpr uint32_t finish(uint64_t value) { return static_cast<uint32_t>(mix(value) >> 32); }

uint64_t mix(const locate::Address& address) { return mix(address.high * 31 + mix(address.low)); }

// The conversations of a broadcast domain that its bindings are learned from: they go where its ARP goes.
bool belongs_to_vlan(const wire::Packet& packet) {
    if (packet.network == wire::Network::arp) return true;
    if (packet.network != wire::Network::ipv4) return false;
    constexpr uint8_t kVrrpOrCarp = 112;                                                // RFC 5798
    constexpr uint16_t kHsrp = 1985, kGlbp = 3222, kDhcpServer = 67, kDhcpClient = 68;  // RFC 2281; RFC 2131
    if (packet.ip_protocol == kVrrpOrCarp) return true;
    if (packet.transport != wire::Transport::udp || packet.fragment) return false;
    const auto is = [&](uint16_t port) { return packet.source_port == port || packet.destination_port == port; };
    return is(kHsrp) || is(kGlbp) || is(kDhcpServer) || is(kDhcpClient);
}

}  // namespace

uint32_t steering_hash(std::span<const uint8_t> frame, const wire::Packet& packet, const locate::Ends& ends) {
    if (belongs_to_vlan(packet)) return finish(uint64_t{packet.vlan} + 1);
    // A sum of two hashes does not know which came first.
    if (!ends.inside.is_unspecified() || !ends.outside.is_unspecified()) {
        const uint64_t pair = mix(ends.inside) + mix(ends.outside);
        if (packet.transport != wire::Transport::tcp || packet.fragment) return finish(pair);
        return finish(pair + mix(packet.source_port) + mix(packet.destination_port));
    }
    return finish(mix(wire::source_mac(frame).key()) + mix(wire::destination_mac(frame).key()));
}

uint32_t steering_hash(const rte_mbuf& mbuf, const locate::Realms& realms) {
    std::array<uint8_t, kHead> room;
    const std::span<const uint8_t> head = head_of(mbuf, room);
    const wire::Packet packet = wire::parse_packet({head, mbuf.pkt_len, wire_length(mbuf)});
    return steering_hash(head, packet, realms.locate(head, packet, side_of(mbuf)));
}

}  // namespace snmpgate::stages

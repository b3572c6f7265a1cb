#include "wire/service.hpp"

#include <array>

namespace snmpgate::wire {
namespace {

constexpr std::array<std::string_view, kProtocols> kNames = {
    "other",   "arp", "snmp_v1", "snmp_v2c", "snmp_v3", "icmp", "stp",  "http", "https", "nbss",
    "netbios", "rtp", "telnet",  "voip",     "ftp",     "dns",  "smtp", "imap", "dhcp",  "snmp_unparsed"};

constexpr uint8_t kTcp = 1, kUdp = 2;

struct Service {
    uint16_t port;
    uint8_t transports;
    Protocol protocol;
};

// IANA's registry, and Cisco's for SCCP.
constexpr Service kServices[] = {
    {20, kTcp, Protocol::ftp},           {21, kTcp, Protocol::ftp},        {23, kTcp, Protocol::telnet},
    {25, kTcp, Protocol::smtp},          {53, kTcp | kUdp, Protocol::dns}, {67, kUdp, Protocol::dhcp},
    {68, kUdp, Protocol::dhcp},          {80, kTcp, Protocol::http},       {137, kUdp, Protocol::netbios},
    {138, kUdp, Protocol::netbios},      {139, kTcp, Protocol::nbss},      {143, kTcp, Protocol::imap},
    {443, kTcp | kUdp, Protocol::https}, {445, kTcp, Protocol::nbss},      {465, kTcp, Protocol::smtp},
    {546, kUdp, Protocol::dhcp},         {547, kUdp, Protocol::dhcp},      {587, kTcp, Protocol::smtp},
    {992, kTcp, Protocol::telnet},       {993, kTcp, Protocol::imap},      {1719, kUdp, Protocol::voip},
    {1720, kTcp, Protocol::voip},        {2000, kTcp, Protocol::voip},     {5060, kTcp | kUdp, Protocol::voip},
    {5061, kTcp, Protocol::voip},        {8000, kTcp, Protocol::http},     {8080, kTcp, Protocol::http},
    {8443, kTcp, Protocol::https},
};

struct Table {
    // Ports up to 8,447 by one load: index port, value service number + 1.
    static constexpr size_t kPorts = 8448;
    std::array<uint8_t, kPorts> index{};
    constexpr Table() {
        for (size_t i = 0; i < std::size(kServices); ++i) index[kServices[i].port] = static_cast<uint8_t>(i + 1);
    }
    [[nodiscard]] constexpr Protocol find(uint16_t port, uint8_t transport) const {
        const uint8_t at = port < kPorts ? index[port] : 0;
        return at != 0 && (kServices[at - 1].transports & transport) != 0 ? kServices[at - 1].protocol
                                                                          : Protocol::other;
    }
};
constexpr Table kTable;

Protocol by_port(const Packet& packet, uint8_t transport) {
    const Protocol to = kTable.find(packet.destination_port, transport);
    return to != Protocol::other ? to : kTable.find(packet.source_port, transport);
}

// RTP has no port of its own: version 2 (RFC 3550, 5.1) between two even ports of the range phones use.
bool looks_like_rtp(std::span<const uint8_t> frame, const Packet& packet) {
    constexpr uint16_t kLeast = 16384, kMost = 32767;
    const auto in_range = [](uint16_t port) { return port >= kLeast && port <= kMost && port % 2 == 0; };
    return packet.payload.size >= 12 && in_range(packet.source_port) && in_range(packet.destination_port) &&
           load<uint8_t>(frame, packet.payload.offset) >> 6 == 2;
}

}  // namespace

std::string_view name_of(Protocol protocol) {
    const auto at = static_cast<size_t>(protocol);
    return at < kNames.size() ? kNames[at] : "unknown";
}

Protocol classify(std::span<const uint8_t> frame, const Packet& packet, const SnmpPorts& ports) {
    if (packet.network == Network::arp) return Protocol::arp;
    if (carries_snmp(packet, ports)) return Protocol::snmp_unparsed;
    switch (packet.transport) {
        case Transport::tcp:
            return by_port(packet, kTcp);
        case Transport::udp: {
            const Protocol protocol = by_port(packet, kUdp);
            return protocol == Protocol::other && looks_like_rtp(frame, packet) ? Protocol::rtp : protocol;
        }
        case Transport::icmp:
        case Transport::icmpv6:
            return Protocol::icmp;
        default:
            break;
    }
    constexpr uint8_t kBpdu = 0x42;  // the SAP of IEEE 802.1D
    return packet.llc && load<uint8_t>(frame, packet.network_at) == kBpdu ? Protocol::stp : Protocol::other;
}

}  // namespace snmpgate::wire

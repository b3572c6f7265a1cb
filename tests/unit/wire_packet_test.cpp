#include <gtest/gtest.h>

#include "support/frame_builder.hpp"
#include "support/print.hpp"
#include "wire/packet.hpp"

namespace snmpgate::wire {
namespace {

using test::Bytes;
using test::Frame;
using test::hex;
using test::Snmp;

Packet parse(const Frame& frame) { return parse_packet(Extent::whole(frame.bytes())); }
Frame ipv4(const test::Ipv4Options& options = {}) { return Frame().eth().ipv4("10.1.2.3", "198.51.100.9", options); }

TEST(Packet, SnmpOverUdpInAVlan) {
    const Bytes message = Snmp::v2c().get(1).bytes();
    const Packet packet =
        parse(Frame().eth().vlan(10).ipv4("10.1.2.3", "198.51.100.9").udp(161, 40000).snmp(message).pad());
    EXPECT_EQ(packet.reason, Reason::none);
    EXPECT_EQ(packet.network, Network::ipv4);
    EXPECT_EQ(packet.transport, Transport::udp);
    EXPECT_EQ(packet.type, ethertype::kIpv4);
    EXPECT_EQ(packet.vlan, 10);
    EXPECT_EQ(packet.network_at, 18);
    EXPECT_EQ(packet.transport_at, 38);
    EXPECT_EQ(packet.network_end, 46 + message.size()) << "padding excluded";
    EXPECT_EQ(packet.source_port, 161);
    EXPECT_EQ(packet.destination_port, 40000);
    EXPECT_EQ(packet.payload, (Span{46, static_cast<uint16_t>(message.size())}));
    EXPECT_EQ(packet.ip_size, 4);
    EXPECT_EQ(packet.source_ip, 30);
    EXPECT_EQ(packet.destination_ip, 34);
    EXPECT_FALSE(packet.fragment);
}

TEST(Packet, SnmpOverIpv6) {
    const Packet packet = parse(Frame().eth().ipv6("2001:db8::1", "2001:db8::2").udp(1, 162).snmp(Snmp::v1().get(1)));
    EXPECT_EQ(packet.network, Network::ipv6);
    EXPECT_EQ(packet.transport, Transport::udp);
    EXPECT_EQ(packet.ip_size, 16);
    EXPECT_EQ(packet.source_ip, 22);
    EXPECT_EQ(packet.destination_ip, 38);
    EXPECT_EQ(packet.payload.offset, 62);
}

TEST(Packet, SnmpDirectlyOverEthernet) {
    const Packet packet = parse(Frame().eth().snmp(Snmp::v1().get(1)).pad());
    EXPECT_EQ(packet.network, Network::snmp);
    EXPECT_EQ(packet.transport, Transport::none);
    EXPECT_EQ(packet.payload, (Span{14, 46})) << "RFC 4789 gives no length: padding is the decoder's to tolerate";
}

TEST(Packet, Arp) {
    const Packet packet = parse(Frame().eth().arp().pad());
    EXPECT_EQ(packet.network, Network::arp);
    EXPECT_EQ(packet.ip_size, 4);
    EXPECT_EQ(packet.source_ip, 28);
    EXPECT_EQ(packet.destination_ip, 38);
    EXPECT_EQ(parse(Frame().eth().arp({.protocol_size = 5}).pad()).ip_size, 0);
}

// Requirement E25: framings ARP is met in.
TEST(Packet, ArpInEveryFraming) {
    EXPECT_EQ(parse(Frame().eth().snap().arp().pad()).network, Network::arp);
    EXPECT_EQ(parse(Frame().eth().vlan(10).snap().arp().pad()).network, Network::arp);
    EXPECT_EQ(parse(Frame().eth().vlan(9, {.tag_type = 0x88A8}).vlan(10).arp()).network, Network::arp);
}

TEST(Packet, Transports) {
    EXPECT_EQ(parse(ipv4().tcp(80, 5000)).transport, Transport::tcp);
    EXPECT_EQ(parse(ipv4().tcp(80, 5000)).source_port, 80);
    EXPECT_EQ(parse(ipv4().icmp(8, 0)).transport, Transport::icmp);
    EXPECT_EQ(parse(ipv4().payload(Bytes(8), 0, 47)).transport, Transport::other);
    EXPECT_EQ(parse(ipv4().payload(Bytes(8), 0, 47)).ip_protocol, 47);
    const auto ipv6 = [] { return Frame().eth().ipv6("2001:db8::1", "2001:db8::2"); };
    EXPECT_EQ(parse(ipv6().icmpv6(128, 0)).transport, Transport::icmpv6);
    EXPECT_EQ(parse(ipv6().icmp(8, 0)).transport, Transport::other) << "each ICMP belongs to its own IP";
    EXPECT_EQ(parse(ipv4().icmpv6(128, 0)).transport, Transport::other);
}

TEST(Packet, FragmentsHavePortsInTheFirstOnly) {
    const Bytes whole = ipv4().udp(161, 40000).snmp(Snmp::v2c().get(1).string("1.3.6.1", "0123456789")).bytes();
    const auto fragments = test::ipv4_fragments(whole, 16);
    ASSERT_GT(fragments.size(), 2u);
    const Packet first = parse_packet(Extent::whole(fragments[0]));
    EXPECT_EQ(first.reason, Reason::none);
    EXPECT_TRUE(first.fragment);
    EXPECT_EQ(first.transport, Transport::udp);
    EXPECT_EQ(first.source_port, 161);
    EXPECT_EQ(first.payload.size, 8);
    const Packet last = parse_packet(Extent::whole(fragments.back()));
    EXPECT_EQ(last.reason, Reason::none);
    EXPECT_TRUE(last.fragment);
    EXPECT_EQ(last.transport, Transport::none);
    EXPECT_EQ(last.source_port, 0);
    EXPECT_EQ(last.ip_size, 4) << "its ends are known all the same";
}

// Requirement E23: too small for the ports, or for TCP's options.
TEST(Packet, TinyFragments) {
    EXPECT_EQ(parse(ipv4({.more_fragments = true}).payload(Bytes(4), 0, 17)).reason, Reason::udp_truncated);
    Bytes syn = Frame().tcp(80, 5000, 0x02).bytes();
    syn[12] = 0xA0;
    EXPECT_EQ(parse(ipv4().payload(syn, 0, 6)).reason, Reason::tcp_header_length);
    EXPECT_EQ(parse(ipv4({.more_fragments = true}).payload(syn, 0, 6)).reason, Reason::none);
}

TEST(Packet, WhatIsNotOursIsNotParsed) {
    const Packet bpdu = parse(Frame().eth().llc().payload(Bytes(35)).pad());
    EXPECT_EQ(bpdu.reason, Reason::none);
    EXPECT_EQ(bpdu.network, Network::other);
    EXPECT_TRUE(bpdu.llc);
    const Packet lldp = parse(Frame().eth().payload(Bytes(40), 0x88CC));
    EXPECT_EQ(lldp.reason, Reason::none);
    EXPECT_EQ(lldp.network, Network::other);
}

TEST(Packet, AFaultLeavesWhatLiesBeforeIt) {
    const Packet packet = parse(ipv4().udp(161, 162, {.length = 4}).payload(Bytes(20)));
    EXPECT_EQ(packet.reason, Reason::udp_length);
    EXPECT_EQ(packet.ip_size, 4);
    EXPECT_EQ(packet.source_port, 161);
    // Lists and records need the addresses also of a header that lies.
    const Packet lies = parse(ipv4({.total_length = 19}).udp(161, 162));
    EXPECT_EQ(lies.reason, Reason::ipv4_total_length);
    EXPECT_EQ(lies.ip_size, 4);
    EXPECT_EQ(lies.source_ip, 14 + 12);
    EXPECT_EQ(parse(ipv4({.version_ihl = uint8_t{0x55}}).udp(161, 162)).ip_size, 0)
        << "another version's are elsewhere";
}

// Requirement E22.
TEST(Packet, NineThousandBytes) {
    const Packet packet = parse(ipv4().udp(161, 162).payload(Bytes(8958)));
    EXPECT_EQ(packet.reason, Reason::none);
    EXPECT_EQ(packet.payload, (Span{42, 8958}));
}

// Every prefix of a frame of every kind is refused or parsed by name, as truncated by the sender and by the capture.
TEST(Packet, TruncatedAnywhere) {
    const std::vector<Bytes> frames = {
        Frame().eth().vlan(1).vlan(2).arp().bytes(),
        ipv4({.options = hex("94 04 00 00")}).udp(161, 162).snmp(Snmp::v2c().get(1)).bytes(),
        ipv4().icmp(3, 1).payload(Frame().ipv4("10.0.0.1", "10.0.0.2").udp(1, 2).bytes()).bytes(),
        Frame().eth().ipv6("2001:db8::1", "::2").ipv6_fragment(0, true).tcp(80, 81).bytes(),
        Frame().eth().snap().ipv4("10.0.0.1", "10.0.0.2").tcp(80, 81).bytes(),
    };
    for (const Bytes& frame : frames) {
        const auto size = static_cast<uint32_t>(frame.size());
        EXPECT_EQ(parse_packet(Extent::whole(frame)).reason, Reason::none);
        for (uint32_t kept = 0; kept < size; ++kept) {
            const Bytes head{frame.begin(), frame.begin() + static_cast<long>(kept)};  // exact: ASan sees byte `kept`
            EXPECT_NE(parse_packet(Extent::whole(head)).reason, Reason::frame_cut) << "nobody cut it: " << kept;
            const Reason reason = parse_packet({head, kept, size}).reason;
            EXPECT_TRUE(reason == Reason::frame_cut || reason == Reason::none) << kept << ": " << name_of(reason);
        }
    }
}

}  // namespace
}  // namespace snmpgate::wire

#include <gtest/gtest.h>

#include "support/frame_builder.hpp"
#include "wire/service.hpp"

namespace snmpgate::wire {
namespace {

using test::Bytes;
using test::Frame;

Protocol protocol(const Frame& frame, std::initializer_list<uint16_t> snmp_ports = {161, 162}) {
    static SnmpPorts ports;
    ports.reset();
    for (const uint16_t port : snmp_ports) ports.set(port);
    const Bytes bytes = frame.bytes();
    return classify(bytes, parse_packet(Extent::whole(bytes)), ports);
}
Frame ipv4() { return Frame().eth().ipv4("10.1.2.3", "198.51.100.9"); }

TEST(Service, TcpByEitherPort) {
    const std::pair<uint16_t, Protocol> services[] = {
        {20, Protocol::ftp},    {21, Protocol::ftp},    {23, Protocol::telnet}, {25, Protocol::smtp},
        {53, Protocol::dns},    {80, Protocol::http},   {139, Protocol::nbss},  {143, Protocol::imap},
        {443, Protocol::https}, {1720, Protocol::voip}, {2000, Protocol::voip}, {5060, Protocol::voip}};
    for (const auto& [port, expected] : services) {
        EXPECT_EQ(protocol(ipv4().tcp(port, 50000)), expected) << port;
        EXPECT_EQ(protocol(ipv4().tcp(50000, port)), expected) << port;
    }
    EXPECT_EQ(protocol(ipv4().tcp(50000, 50001)), Protocol::other);
    EXPECT_EQ(protocol(ipv4().tcp(161, 50001)), Protocol::other) << "SNMP over TCP is not looked into";
}

TEST(Service, UdpByEitherPort) {
    EXPECT_EQ(protocol(ipv4().udp(50000, 53)), Protocol::dns);
    EXPECT_EQ(protocol(ipv4().udp(68, 67)), Protocol::dhcp);
    EXPECT_EQ(protocol(ipv4().udp(137, 137)), Protocol::netbios);
    EXPECT_EQ(protocol(ipv4().udp(5060, 5060)), Protocol::voip);
    EXPECT_EQ(protocol(ipv4().udp(50000, 443)), Protocol::https) << "QUIC";
    EXPECT_EQ(protocol(ipv4().udp(50000, 80)), Protocol::other) << "port 80 is TCP's";
    EXPECT_EQ(protocol(Frame().eth().ipv6("::1", "::2").udp(546, 547)), Protocol::dhcp);
}

TEST(Service, SnmpByTheConfiguredPorts) {
    EXPECT_EQ(protocol(ipv4().udp(161, 50000)), Protocol::snmp_unparsed);
    EXPECT_EQ(protocol(ipv4().udp(50000, 162)), Protocol::snmp_unparsed);
    EXPECT_EQ(protocol(ipv4().udp(50000, 10161)), Protocol::other);
    EXPECT_EQ(protocol(ipv4().udp(50000, 10161), {10161}), Protocol::snmp_unparsed);
    EXPECT_EQ(protocol(ipv4().udp(53, 161)), Protocol::snmp_unparsed) << "SNMP is asked first";
    EXPECT_EQ(protocol(Frame().eth().snmp(test::Snmp::v1().get(1))), Protocol::snmp_unparsed);
}

TEST(Service, RtpIsVersion2BetweenEvenPortsOfItsRange) {
    const auto rtp = [](uint16_t from, uint16_t to, uint8_t first, size_t size = 12) {
        Bytes bytes(size);
        bytes[0] = first;
        return protocol(ipv4().udp(from, to).payload(bytes));
    };
    EXPECT_EQ(rtp(16384, 32766, 0x80), Protocol::rtp);
    EXPECT_EQ(rtp(16384, 32766, 0x40), Protocol::other) << "version 1";
    EXPECT_EQ(rtp(16385, 32766, 0x80), Protocol::other) << "RTCP's odd port";
    EXPECT_EQ(rtp(16382, 32766, 0x80), Protocol::other);
    EXPECT_EQ(rtp(16384, 32768, 0x80), Protocol::other);
    EXPECT_EQ(rtp(16384, 32766, 0x80, 11), Protocol::other) << "shorter than its header";
}

TEST(Service, WithoutPorts) {
    EXPECT_EQ(protocol(Frame().eth().arp()), Protocol::arp);
    EXPECT_EQ(protocol(ipv4().icmp(8, 0)), Protocol::icmp);
    EXPECT_EQ(protocol(Frame().eth().ipv6("::1", "::2").icmpv6(135, 0)), Protocol::icmp);
    EXPECT_EQ(protocol(Frame().eth().llc(0x42, 0x42).payload(Bytes(35))), Protocol::stp);
    EXPECT_EQ(protocol(Frame().eth().llc(0xFE, 0xFE).payload(Bytes(35))), Protocol::other) << "IS-IS";
    EXPECT_EQ(protocol(Frame().eth().payload(Bytes{0x42, 0x42}, 0x88CC)), Protocol::other);
    EXPECT_EQ(protocol(Frame()), Protocol::other) << "not even a header";
}

TEST(Service, ALaterFragmentHasNoService) {
    EXPECT_EQ(protocol(Frame().eth().ipv4("10.0.0.1", "10.0.0.2", {.fragment_offset = 800}).udp(161, 162)),
              Protocol::other);
}

TEST(Service, EveryProtocolHasItsOwnName) {
    for (size_t i = 0; i < kProtocols; ++i) {
        EXPECT_NE(name_of(static_cast<Protocol>(i)), "unknown");
        for (size_t j = 0; j < i; ++j) EXPECT_NE(name_of(static_cast<Protocol>(i)), name_of(static_cast<Protocol>(j)));
    }
    EXPECT_EQ(name_of(static_cast<Protocol>(kProtocols)), "unknown") << "a record of a newer version";
    EXPECT_EQ(name_of(Protocol::snmp_unparsed), "snmp_unparsed");
    EXPECT_EQ(name_of(Protocol::dhcp), "dhcp");
}

}  // namespace
}  // namespace snmpgate::wire

#include <gtest/gtest.h>

#include "support/frame_builder.hpp"
#include "support/print.hpp"
#include "wire/icmp.hpp"
#include "wire/tcp.hpp"
#include "wire/udp.hpp"

namespace snmpgate::wire {
namespace {

using test::Bytes;
using test::Frame;
using test::hex;

// These begin at offset 0 of their bytes: no layer below is needed.
template <typename View>
struct Parsed {
    Reason reason;
    View view;
};

Parsed<UdpView> udp(const Bytes& bytes, bool fragment = false) {
    UdpView view;
    const Reason reason = parse_udp(Extent::whole(bytes), 0, bytes.size(), fragment, view);
    return {reason, view};
}
Parsed<TcpView> tcp(const Bytes& bytes) {
    TcpView view;
    const Reason reason = parse_tcp(Extent::whole(bytes), 0, bytes.size(), view);
    return {reason, view};
}
Parsed<IcmpView> icmp(const Bytes& bytes) {
    IcmpView view;
    const Reason reason = parse_icmp(Extent::whole(bytes), 0, bytes.size(), view);
    return {reason, view};
}

TEST(Udp, PortsAndPayload) {
    const auto [reason, view] = udp(hex("00a1 9c40 000b 0000 303132"));
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.source_port, 161);
    EXPECT_EQ(view.destination_port, 40000);
    EXPECT_EQ(view.payload, (Span{8, 3}));
}

TEST(Udp, LengthsThatLie) {
    EXPECT_EQ(udp(hex("00a1 9c40 0008 0000")).reason, Reason::none);
    EXPECT_EQ(udp(hex("00a1 9c40 0007 0000")).reason, Reason::udp_length);
    EXPECT_EQ(udp(hex("00a1 9c40 0000 0000")).reason, Reason::udp_length);
    EXPECT_EQ(udp(hex("00a1 9c40 0009 0000")).reason, Reason::udp_length);
    EXPECT_EQ(udp(hex("00a1 9c40 0009 0000")).view.source_port, 161) << "what lies before the fault is valid";
    EXPECT_EQ(udp(hex("00a1 9c40 0008 0000 ffff")).view.payload, (Span{8, 0})) << "what is behind it is not payload";
}

TEST(Udp, AFragmentsDatagramGoesOnElsewhere) {
    const auto [reason, view] = udp(hex("00a1 9c40 05dc 0000 3031"), true);
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.payload, (Span{8, 2}));
    EXPECT_EQ(udp(hex("00a1 9c40 0007 0000"), true).reason, Reason::udp_length);
}

TEST(Udp, EndsInsideItsHeader) {
    for (size_t size = 0; size < 8; ++size) EXPECT_EQ(udp(Bytes(size)).reason, Reason::udp_truncated) << size;
}

TEST(Tcp, PortsAndHeaderLength) {
    Bytes segment = Frame().tcp(443, 50000).payload(Bytes(4)).bytes();
    const auto [reason, view] = tcp(segment);
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.source_port, 443);
    EXPECT_EQ(view.destination_port, 50000);
    segment[12] = 0x60;
    EXPECT_EQ(tcp(segment).reason, Reason::none) << "24 bytes, all there";
    segment[12] = 0x70;
    EXPECT_EQ(tcp(segment).reason, Reason::tcp_header_length) << "28 of 24 bytes";
    segment[12] = 0x40;
    EXPECT_EQ(tcp(segment).reason, Reason::tcp_header_length) << "below 20";
}

TEST(Tcp, EndsInsideItsHeader) {
    for (size_t size = 0; size < 20; ++size) EXPECT_EQ(tcp(Bytes(size)).reason, Reason::tcp_truncated) << size;
}

TEST(Icmp, AnEchoQuotesNothing) {
    const auto [reason, view] = icmp(Frame().icmp(8, 0).payload(Bytes(56)).bytes());
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.type, 8);
    EXPECT_FALSE(view.quotes);
    EXPECT_FALSE(view.has_gateway);
}

TEST(Icmp, ErrorsQuoteAPacket) {
    const Bytes quotation = Frame().ipv4("10.1.2.3", "198.51.100.9", {.total_length = 900}).udp(1, 161).bytes();
    for (const uint8_t type : std::initializer_list<uint8_t>{3, 4, 5, 11, 12}) {
        const auto [reason, view] = icmp(Frame().icmp(type, 1).payload(quotation).bytes());
        EXPECT_EQ(reason, Reason::none);
        ASSERT_TRUE(view.quotes) << int{type};
        EXPECT_EQ(view.quoted.begin, 8);
        EXPECT_EQ(view.quoted.payload, 28);
        EXPECT_EQ(view.quoted.end, 36u) << "what is quoted, not what the packet was";
        EXPECT_EQ(view.quoted.source, Ipv4{0x0A010203});
        EXPECT_EQ(view.has_gateway, type == 5);
    }
}

TEST(Icmp, AQuotationThatIsNoPacketIsTheSendersAffair) {
    EXPECT_EQ(icmp(Frame().icmp(3, 1).payload(Bytes(28)).bytes()).reason, Reason::none);
    EXPECT_FALSE(icmp(Frame().icmp(3, 1).payload(Bytes(28)).bytes()).view.quotes);
    EXPECT_FALSE(icmp(Frame().icmp(3, 1).payload(Bytes(19, 0x45)).bytes()).view.quotes) << "a header cut short";
    EXPECT_FALSE(icmp(Frame().icmp(3, 1).bytes()).view.quotes);
}

TEST(Icmp, EndsInsideItsHeader) {
    for (size_t size = 0; size < 8; ++size) EXPECT_EQ(icmp(Bytes(size)).reason, Reason::icmp_truncated) << size;
}

}  // namespace
}  // namespace snmpgate::wire

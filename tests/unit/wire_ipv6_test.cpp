#include <gtest/gtest.h>

#include "support/frame_builder.hpp"
#include "support/print.hpp"
#include "wire/ipv6.hpp"

namespace snmpgate::wire {
namespace {

using test::Bytes;
using test::Frame;
using test::hex;
using test::Ipv6Options;

constexpr uint8_t kHopByHop = 0, kRouting = 43, kAuthentication = 51, kDestinationOptions = 60, kMobility = 135;

struct Parsed {
    Reason reason;
    Ipv6View view;
};

Parsed parse(const Bytes& frame) {
    Parsed parsed{};
    parsed.reason = parse_ipv6(Extent::whole(frame), 14, frame.size(), parsed.view);
    return parsed;
}
Parsed parse(const Frame& frame) { return parse(frame.bytes()); }
Frame start(const Ipv6Options& options = {}) { return Frame().eth().ipv6("2001:db8::1", "2001:db8::2", options); }

// What is behind the next-header octet of an extension header of (1 + units) × 8 bytes.
Bytes body(uint8_t units, size_t size) {
    Bytes bytes(size - 1);
    bytes[0] = units;
    return bytes;
}

TEST(Ipv6, Header) {
    const auto [reason, view] = parse(start().udp(161, 162).payload(Bytes(10)));
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.begin, 14);
    EXPECT_EQ(view.payload, 54);
    EXPECT_EQ(view.end, 72u);
    EXPECT_EQ(view.protocol, 17);
    EXPECT_EQ(view.source, (Ipv6{be64{0x20010DB8'00000000}, be64{1}}));
    EXPECT_EQ(view.destination, (Ipv6{be64{0x20010DB8'00000000}, be64{2}}));
    EXPECT_FALSE(view.is_fragment());
}

TEST(Ipv6, ExtensionHeadersEachInItsUnit) {
    for (const uint8_t type : {kHopByHop, kRouting, kDestinationOptions, kMobility}) {
        EXPECT_EQ(parse(start().extension(type, body(0, 8)).udp(1, 2)).view.payload, 54 + 8) << int{type};
        EXPECT_EQ(parse(start().extension(type, body(2, 24)).udp(1, 2)).view.payload, 54 + 24) << int{type};
    }
    // RFC 4302, 2.2: in words of 4 bytes, less 2.
    EXPECT_EQ(parse(start().extension(kAuthentication, body(4, 24)).udp(1, 2)).view.payload, 54 + 24);
    const auto [reason, view] =
        parse(start().extension(kHopByHop, body(0, 8)).extension(kRouting, body(1, 16)).udp(1, 2));
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.payload, 54 + 24);
    EXPECT_EQ(view.protocol, 17);
}

TEST(Ipv6, EightExtensionHeadersAndNoMore) {
    Frame eight = start(), nine = start();
    for (int i = 0; i < 8; ++i) eight.extension(kDestinationOptions, body(0, 8));
    for (int i = 0; i < 9; ++i) nine.extension(kDestinationOptions, body(0, 8));
    EXPECT_EQ(parse(eight.udp(1, 2)).reason, Reason::none);
    EXPECT_EQ(parse(nine.udp(1, 2)).reason, Reason::ipv6_extension_headers);
}

TEST(Ipv6, Fragments) {
    const auto first = parse(start().ipv6_fragment(0, true).udp(1, 2)).view;
    EXPECT_TRUE(first.is_fragment());
    EXPECT_EQ(first.protocol, 17);
    EXPECT_EQ(first.payload, 62);
    const auto last = parse(start().ipv6_fragment(1448, false).payload(Bytes(20), 0, 60)).view;
    EXPECT_TRUE(last.is_fragment());
    EXPECT_EQ(last.fragment_offset, 1448);
    EXPECT_FALSE(last.more_fragments);
    EXPECT_EQ(last.protocol, 60) << "the middle of something is not read as an extension header";
    EXPECT_FALSE(parse(start().ipv6_fragment(0, false).udp(1, 2)).view.is_fragment()) << "RFC 6946: an atomic fragment";
}

TEST(Ipv6, FragmentPastTheLargestPacket) {
    EXPECT_EQ(parse(start().ipv6_fragment(65504, false).payload(Bytes(31))).reason, Reason::none);
    EXPECT_EQ(parse(start().ipv6_fragment(65504, false).payload(Bytes(32))).reason, Reason::ipv6_fragment_over);
}

TEST(Ipv6, LengthsThatLie) {
    EXPECT_EQ(parse(start({.payload_length = 21}).payload(Bytes(20))).reason, Reason::ipv6_payload_length);
    EXPECT_EQ(parse(start({.payload_length = 20}).payload(Bytes(20))).reason, Reason::none);
    EXPECT_EQ(parse(start({.payload_length = 4}).payload(Bytes(20))).view.end, 58u);
    EXPECT_EQ(parse(start().extension(kRouting, body(3, 8)).payload(Bytes(20))).reason, Reason::ipv6_extension_headers)
        << "32 bytes of 28";
    EXPECT_EQ(parse(start({.payload_length = 4}).extension(kRouting, body(0, 8)).payload(Bytes(20))).reason,
              Reason::ipv6_extension_headers)
        << "the frame goes on, the packet does not";
    Bytes frame = start().udp(1, 2).bytes();
    frame[14] = 0x40;
    EXPECT_EQ(parse(frame).reason, Reason::ipv6_version);
}

TEST(Ipv6, EndsAnywhere) {
    const Bytes frame = start().extension(kHopByHop, body(0, 8)).ipv6_fragment(0, true).payload(Bytes(8)).bytes();
    for (size_t size = 14; size < 70; ++size) {
        const std::span shorter{frame.data(), size};
        Ipv6View view;
        const Reason reason = parse_ipv6({shorter, static_cast<uint32_t>(size), static_cast<uint32_t>(frame.size())},
                                         14, frame.size(), view);
        EXPECT_EQ(reason, Reason::frame_cut) << size << " captured";
        EXPECT_EQ(parse(Bytes{shorter.begin(), shorter.end()}).reason,
                  size < 54 ? Reason::ipv6_truncated : Reason::ipv6_payload_length)
            << size;
    }
}

// The last bytes that a cut capture kept: one of an extension header, none of it.
TEST(Ipv6, CutInsideTheLastExtensionHeader) {
    const Bytes frame = start().extension(kRouting, body(0, 8)).bytes();
    for (const uint32_t size : {54u, 55u, 57u, 61u}) {
        Ipv6View view;
        const std::span kept{frame.data(), size};
        EXPECT_EQ(parse_ipv6({kept, size, 62}, 14, 62, view), Reason::frame_cut) << size;
    }
}

}  // namespace
}  // namespace snmpgate::wire

#include <gtest/gtest.h>

#include "support/frame_builder.hpp"
#include "support/print.hpp"
#include "wire/ipv4.hpp"

namespace snmpgate::wire {
namespace {

using test::Bytes;
using test::Frame;
using test::hex;
using test::Ipv4Options;

struct Parsed {
    Reason reason;
    Ipv4View view;
};

Parsed parse(const Bytes& frame, bool quoted = false) {
    Parsed parsed{};
    parsed.reason = parse_ipv4(Extent::whole(frame), 14, frame.size(), quoted, parsed.view);
    return parsed;
}
Bytes packet(const Ipv4Options& options = {}) {
    return Frame().eth().ipv4("10.1.2.3", "198.51.100.9", options).payload(Bytes(26), 0, 17).bytes();
}

TEST(Ipv4, Header) {
    const auto [reason, view] = parse(packet());
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.begin, 14);
    EXPECT_EQ(view.payload, 34);
    EXPECT_EQ(view.end, 60u);
    EXPECT_EQ(view.protocol, 17);
    EXPECT_EQ(view.source, Ipv4{0x0A010203});
    EXPECT_EQ(view.destination, Ipv4{0xC6336409});
    EXPECT_FALSE(view.is_fragment());
}

TEST(Ipv4, PaddingIsOutside) {
    EXPECT_EQ(parse(Frame().eth().ipv4("10.1.2.3", "10.1.2.4").payload(Bytes(4)).pad().bytes()).view.end, 38u);
}

TEST(Ipv4, OptionsUpToTheMost) {
    EXPECT_EQ(parse(packet({.options = hex("94 04 00 00")})).view.payload, 38);
    EXPECT_EQ(parse(packet({.options = Bytes(40, 1)})).view.payload, 74);
}

TEST(Ipv4, Fragments) {
    const auto first = parse(packet({.more_fragments = true})).view;
    EXPECT_TRUE(first.is_fragment());
    EXPECT_EQ(first.fragment_offset, 0);
    const auto middle = parse(packet({.fragment_offset = 1480, .more_fragments = true})).view;
    EXPECT_EQ(middle.fragment_offset, 1480);
    EXPECT_TRUE(middle.more_fragments);
    const auto last = parse(packet({.fragment_offset = 2960})).view;
    EXPECT_TRUE(last.is_fragment());
    EXPECT_FALSE(last.more_fragments);
    EXPECT_FALSE(parse(packet({.dont_fragment = true})).view.is_fragment());
}

// Requirement E23: a fragment whose end is past the largest packet.
TEST(Ipv4, FragmentPastTheLargestPacket) {
    EXPECT_EQ(parse(packet({.fragment_offset = 65504})).reason, Reason::none) << "65504 + 26 = 65530";
    EXPECT_EQ(parse(packet({.fragment_offset = 65512})).reason, Reason::ipv4_fragment_over) << "65512 + 26 = 65538";
    EXPECT_EQ(parse(packet({.fragment_offset = 65528})).reason, Reason::ipv4_fragment_over);
}

TEST(Ipv4, LengthsThatLie) {
    EXPECT_EQ(parse(packet({.total_length = 46})).reason, Reason::none);
    EXPECT_EQ(parse(packet({.total_length = 47})).reason, Reason::ipv4_total_length) << "one byte past the frame";
    EXPECT_EQ(parse(packet({.total_length = 20})).reason, Reason::none);
    EXPECT_EQ(parse(packet({.total_length = 19})).reason, Reason::ipv4_total_length) << "below the header";
    EXPECT_EQ(parse(packet({.total_length = 0})).reason, Reason::ipv4_total_length);
    EXPECT_EQ(parse(packet({.version_ihl = 0x44})).reason, Reason::ipv4_header_length) << "16 bytes";
    EXPECT_EQ(parse(packet({.version_ihl = 0x40})).reason, Reason::ipv4_header_length);
    EXPECT_EQ(parse(packet({.version_ihl = 0x4F})).reason, Reason::ipv4_total_length) << "60 of 46 bytes";
    EXPECT_EQ(parse(packet({.version_ihl = 0x55})).reason, Reason::ipv4_version);
}

TEST(Ipv4, EndsInsideTheHeader) {
    const Bytes frame = packet();
    for (size_t size = 14; size < 34; ++size)
        EXPECT_EQ(parse({frame.begin(), frame.begin() + static_cast<long>(size)}).reason, Reason::ipv4_truncated)
            << size;
}

TEST(Ipv4, ACutCapture) {
    const Bytes frame = packet({.options = Bytes(40, 1)});
    Ipv4View view;
    const std::span all{frame};
    const auto size = static_cast<uint32_t>(frame.size());
    EXPECT_EQ(parse_ipv4({all.first(30), 30, size}, 14, size, false, view), Reason::frame_cut) << "in the header";
    EXPECT_EQ(parse_ipv4({all.first(60), 60, size}, 14, size, false, view), Reason::frame_cut) << "in the options";
    EXPECT_EQ(parse_ipv4({all.first(74), 74, size}, 14, size, false, view), Reason::none);
    EXPECT_EQ(view.end, size) << "the packet's own end, though it was not captured";
}

// RFC 792: an error quotes the header and 8 bytes; the length is the whole packet's.
TEST(Ipv4, AQuotationIsCutByDesign) {
    const Bytes frame = packet({.total_length = 1500});
    EXPECT_EQ(parse(frame).reason, Reason::ipv4_total_length);
    const auto [reason, view] = parse(frame, true);
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.end, frame.size());
}

}  // namespace
}  // namespace snmpgate::wire

#include <gtest/gtest.h>

#include "support/frame_builder.hpp"
#include "support/print.hpp"
#include "wire/ethernet.hpp"

namespace snmpgate::wire {
namespace {

using test::Bytes;
using test::Frame;
using test::hex;

struct Parsed {
    Reason reason;
    EthernetView view;
};

// As a frame of which the capture kept `captured` bytes; all of them by default.
Parsed parse(const Bytes& frame, size_t captured = SIZE_MAX) {
    const std::span whole{frame};
    const auto head = whole.first(std::min(captured, frame.size()));
    Parsed parsed{};
    parsed.reason =
        parse_ethernet({head, static_cast<uint32_t>(head.size()), static_cast<uint32_t>(frame.size())}, parsed.view);
    return parsed;
}

TEST(Ethernet, TypeAndMacs) {
    const Bytes frame = Frame().eth(test::kBroadcastMac, test::kInsideMac).arp().pad().bytes();
    const auto [reason, view] = parse(frame);
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.type, ethertype::kArp);
    EXPECT_EQ(view.tags, 0);
    EXPECT_EQ(view.vlan, 0);
    EXPECT_EQ(view.payload, 14);
    EXPECT_EQ(view.end, 60u);
    EXPECT_EQ(destination_mac(frame).key(), 0xFFFFFFFFFFFFu);
    EXPECT_EQ(source_mac(frame).key(), 0x020000000001u);
}

TEST(Ethernet, ShorterThanItsHeader) {
    for (size_t size = 0; size < 14; ++size) EXPECT_EQ(parse(Bytes(size, 8)).reason, Reason::frame_short) << size;
    EXPECT_EQ(parse(Frame().eth().payload({}).bytes()).reason, Reason::none);
}

TEST(Ethernet, OneTag) {
    const auto [reason, view] = parse(Frame().eth().vlan(10, {.priority = 7}).arp().bytes());
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.vlan, 10) << "12 bits, the priority is not the id's";
    EXPECT_EQ(view.tags, 1);
    EXPECT_EQ(view.type, ethertype::kArp);
    EXPECT_EQ(view.payload, 18);
    EXPECT_EQ(parse(Frame().eth().vlan(0x100A).arp().bytes()).view.vlan, 10) << "nor is the drop-eligible bit";
}

TEST(Ethernet, TheVlanOfQinqIsTheOuterTags) {
    for (const uint16_t outer : {ethertype::kProviderVlan, ethertype::kOldProviderVlan, ethertype::kVlan}) {
        const auto [reason, view] =
            parse(Frame().eth().vlan(4000, {.tag_type = outer}).vlan(10).ipv4("10.0.0.1", "10.0.0.2").bytes());
        EXPECT_EQ(reason, Reason::none);
        EXPECT_EQ(view.vlan, 4000);
        EXPECT_EQ(view.tags, 2);
        EXPECT_EQ(view.type, ethertype::kIpv4);
        EXPECT_EQ(view.payload, 22);
    }
}

TEST(Ethernet, APriorityTagIsUntagged) { EXPECT_EQ(parse(Frame().eth().vlan(0).arp().bytes()).view.vlan, 0); }

TEST(Ethernet, TagsUpToTheMost) {
    Frame most = Frame().eth(), more = Frame().eth().vlan(1);
    for (size_t i = 0; i < kMaxVlanTags; ++i) {
        most.vlan(7);
        more.vlan(7);
    }
    EXPECT_EQ(parse(most.arp().bytes()).reason, Reason::none);
    EXPECT_EQ(parse(most.arp().bytes()).view.tags, kMaxVlanTags);
    EXPECT_EQ(parse(more.arp().bytes()).reason, Reason::vlan_depth);
}

TEST(Ethernet, EndsInsideATag) {
    const Bytes frame = Frame().eth().vlan(10).payload({}).bytes();
    for (size_t size = 14; size < 18; ++size) {
        const Bytes shorter{frame.begin(), frame.begin() + static_cast<long>(size)};
        EXPECT_EQ(parse(shorter).reason, Reason::vlan_truncated) << size;
        EXPECT_EQ(parse(frame, size).reason, Reason::frame_cut) << size << " captured of a frame of 18";
    }
}

TEST(Ethernet, LlcIsNoEtherType) {
    const auto [reason, view] = parse(Frame().eth().llc(0x42, 0x42).payload(Bytes(35)).pad().bytes());
    EXPECT_EQ(reason, Reason::none);
    EXPECT_TRUE(view.llc);
    EXPECT_EQ(view.type, 38) << "the 802.3 length as it stands";
    EXPECT_EQ(view.payload, 14);
    EXPECT_EQ(view.end, 14u + 38u) << "padding is not payload";
}

TEST(Ethernet, SnapGivesAnEtherType) {
    const auto [reason, view] = parse(Frame().eth().snap().arp().pad(80).bytes());
    EXPECT_EQ(reason, Reason::none);
    EXPECT_FALSE(view.llc);
    EXPECT_EQ(view.type, ethertype::kArp);
    EXPECT_EQ(view.payload, 14 + 8);
    EXPECT_EQ(view.end, 14u + 8u + 28u);
}

TEST(Ethernet, SnapOfAVendorIsLlc) {
    const auto [reason, view] = parse(Frame().eth().snap(hex("00 00 0c")).payload(Bytes(20), 0x2000).bytes());
    EXPECT_EQ(reason, Reason::none);
    EXPECT_TRUE(view.llc) << "CDP: not an EtherType 0x2000";
}

TEST(Ethernet, LengthsOf8023) {
    Bytes frame = Frame().eth().llc(0x42, 0x42).payload(Bytes(43)).bytes();  // 60 bytes, 46 of them behind the length
    EXPECT_EQ(parse(frame).reason, Reason::none);
    test::set16(frame, 12, 47);
    EXPECT_EQ(parse(frame).reason, Reason::llc_length);
    test::set16(frame, 12, 2);
    EXPECT_EQ(parse(frame).reason, Reason::llc_truncated) << "LLC has 3 bytes";
    test::set16(frame, 12, 3);
    EXPECT_EQ(parse(frame).reason, Reason::none);
    test::set16(frame, 12, 0x05FF);
    EXPECT_EQ(parse(frame).reason, Reason::llc_length);
    test::set16(frame, 12, 0x0600);
    EXPECT_EQ(parse(frame).reason, Reason::none) << "the least EtherType";
}

TEST(Ethernet, SnapShorterThanItsHeaderDoesNotBorrowFromThePadding) {
    Bytes frame = Frame().eth().snap().arp().pad().bytes();
    for (uint16_t length = 3; length < 8; ++length) {
        test::set16(frame, 12, length);
        EXPECT_EQ(parse(frame).reason, Reason::llc_truncated) << length;
    }
}

TEST(Ethernet, ACutCaptureIsNotTheSendersFault) {
    const Bytes frame = Frame().eth().snap().arp().pad().bytes();
    EXPECT_EQ(parse(frame, 10).reason, Reason::frame_cut);
    EXPECT_EQ(parse(frame, 16).reason, Reason::frame_cut) << "inside LLC";
    EXPECT_EQ(parse(frame, 20).reason, Reason::frame_cut) << "inside SNAP";
    EXPECT_EQ(parse(frame, 22).reason, Reason::none);
    EXPECT_EQ(parse(frame, 22).view.end, 14u + 8u + 28u) << "ends are the wire's";
}

}  // namespace
}  // namespace snmpgate::wire

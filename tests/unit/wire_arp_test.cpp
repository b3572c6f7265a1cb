#include <gtest/gtest.h>

#include "support/frame_builder.hpp"
#include "support/print.hpp"
#include "wire/arp.hpp"

namespace snmpgate::wire {
namespace {

using test::Arp;
using test::Bytes;
using test::Frame;
using test::hex;

struct Parsed {
    Reason reason;
    ArpView view;
};

Parsed parse(const Bytes& frame) {
    Parsed parsed{};
    parsed.reason = parse_arp(Extent::whole(frame), 14, frame.size(), parsed.view);
    return parsed;
}
Parsed parse(const Arp& arp) { return parse(Frame().eth().arp(arp).pad().bytes()); }

TEST(Arp, Request) {
    const auto [reason, view] = parse(Arp{});
    EXPECT_EQ(reason, Reason::none);
    EXPECT_EQ(view.hardware_type, 1);
    EXPECT_EQ(view.protocol_type, 0x0800);
    EXPECT_EQ(view.hardware_size, 6);
    EXPECT_EQ(view.protocol_size, 4);
    EXPECT_EQ(view.opcode, 1);
    EXPECT_EQ(view.sender_mac, (Span{22, 6}));
    EXPECT_EQ(view.sender_ip, (Span{28, 4}));
    EXPECT_EQ(view.target_mac, (Span{32, 6}));
    EXPECT_EQ(view.target_ip, (Span{38, 4}));
    EXPECT_TRUE(view.is_ipv4());
}

// Requirement E25: every opcode is read, whatever it means: 0, reply, RARP, InARP, and those nobody assigned.
TEST(Arp, EveryOpcode) {
    for (const uint16_t opcode : std::initializer_list<uint16_t>{0, 1, 2, 3, 4, 8, 9, 10, 25, 65535}) {
        const auto [reason, view] = parse(Arp{.opcode = opcode});
        EXPECT_EQ(reason, Reason::none) << opcode;
        EXPECT_EQ(view.opcode, opcode);
    }
}

// Requirement E25: what is suspicious is not malformed.
TEST(Arp, SendersThatAreNobody) {
    EXPECT_EQ(parse(Arp{.sender_mac = Bytes(6)}).reason, Reason::none);
    EXPECT_EQ(parse(Arp{.sender_mac = Bytes(6, 0xFF)}).reason, Reason::none);
    EXPECT_EQ(parse(Arp{.sender_ip = Bytes(4)}).reason, Reason::none) << "a probe (RFC 5227)";
}

// Requirements E15, E17: addresses are where the sizes put them, or nowhere.
TEST(Arp, SizesThatAreNotEthernets) {
    const auto [atm, view] = parse(Arp{.sender_mac = Bytes(20, 1), .target_mac = Bytes(20, 2), .hardware_type = 19});
    EXPECT_EQ(atm, Reason::none);
    EXPECT_EQ(view.sender_mac, (Span{22, 20}));
    EXPECT_EQ(view.sender_ip, (Span{42, 4}));
    EXPECT_EQ(view.target_mac, (Span{46, 20}));
    EXPECT_EQ(view.target_ip, (Span{66, 4}));

    EXPECT_EQ(parse(Arp{.hardware_size = 5}).reason, Reason::arp_hardware_size);
    EXPECT_EQ(parse(Arp{.hardware_size = 0}).reason, Reason::arp_hardware_size);
    EXPECT_EQ(parse(Arp{.protocol_size = 0}).reason, Reason::arp_protocol_size);
    EXPECT_EQ(parse(Arp{.protocol_size = 5}).reason, Reason::arp_protocol_size);
    EXPECT_FALSE(parse(Arp{.protocol_size = 5}).view.is_ipv4());
    EXPECT_EQ(parse(Arp{.protocol_type = 0x86DD, .protocol_size = 5}).reason, Reason::none)
        << "another protocol's addresses have the size they have";
}

TEST(Arp, SizesBeyondTheFrame) {
    const auto [reason, view] = parse(Arp{.hardware_size = 255, .protocol_size = 255});
    EXPECT_EQ(reason, Reason::arp_truncated);
    EXPECT_EQ(view.hardware_size, 255) << "what was read is told";
    EXPECT_EQ(view.sender_mac, Span{}) << "what was not is empty";
    EXPECT_EQ(view.target_ip, Span{});
    EXPECT_FALSE(view.is_ipv4());
}

TEST(Arp, EndsAnywhere) {
    const Bytes frame = Frame().eth().arp().bytes();
    ASSERT_EQ(frame.size(), 42u);
    for (size_t size = 14; size < 42; ++size) {
        const Bytes shorter{frame.begin(), frame.begin() + static_cast<long>(size)};
        EXPECT_EQ(parse(shorter).reason, Reason::arp_truncated) << size;
        ArpView view;
        const Extent cut{shorter, static_cast<uint32_t>(size), 42};
        EXPECT_EQ(parse_arp(cut, 14, cut.wire, view), Reason::frame_cut) << size << " captured of a frame of 42";
        EXPECT_EQ(view.target_ip, Span{});
    }
    EXPECT_EQ(parse(frame).reason, Reason::none);
}

TEST(Arp, ACutCaptureDoesNotExcuseALie) {
    const Bytes kept = Frame().eth().arp({.hardware_size = 255}).bytes();
    ArpView view;
    const auto size = static_cast<uint32_t>(kept.size());
    EXPECT_EQ(parse_arp({kept, size, 60}, 14, 60, view), Reason::arp_truncated) << "255 bytes are beyond all 60";
    EXPECT_EQ(parse_arp({kept, size, 1514}, 14, 1514, view), Reason::frame_cut);
}

TEST(Arp, PaddingIsNotRead) {
    EXPECT_EQ(parse(Frame().eth().arp().pad(60, 0xFF).bytes()).view.target_ip, (Span{38, 4}));
}

}  // namespace
}  // namespace snmpgate::wire

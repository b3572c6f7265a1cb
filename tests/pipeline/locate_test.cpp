#include <gtest/gtest.h>

#include "locate/realms.hpp"
#include "support/frame_builder.hpp"

namespace snmpgate::locate {
namespace {

using test::Bytes;
using test::Frame;

constexpr uint32_t v4(unsigned a, unsigned b, unsigned c, unsigned d) { return a << 24 | b << 16 | c << 8 | d; }

// Two departments with the same private network on their own VLANs, a third shares VLAN 30 with a fourth.
const std::vector<RealmSpec> kCampus = {
    {"physics", {10}, {{v4(10, 1, 0, 0), v4(172, 20, 0, 0), 16}}},
    {"biology", {20}, {{v4(10, 1, 0, 0), v4(172, 21, 0, 0), 16}}},
    {"library", {30}, {{v4(10, 3, 1, 0), v4(172, 22, 1, 0), 24}, {v4(10, 3, 9, 9), v4(172, 22, 9, 1), 32}}},
    {"office", {30}, {{v4(10, 4, 0, 0), v4(172, 23, 0, 0), 24}}},
    {"rest", {}, {{v4(192, 168, 0, 0), v4(172, 24, 0, 0), 16}}},
};

Ends locate(const Realms& realms, Frame frame, Side entered) {
    const Bytes bytes = frame.bytes();
    return realms.locate(bytes, wire::parse_packet(wire::Extent::whole(bytes)), entered);
}

Frame udp(uint16_t vlan, std::string_view source, std::string_view destination) {
    Frame frame;
    frame.eth();
    if (vlan != 0) frame.vlan(vlan);
    return frame.ipv4(source, destination).udp(4000, 5000);
}

const Realms kBeside{kCampus, Headers::translated_beside};
const Realms kHere{kCampus, Headers::translated_here};

TEST(Prefix, FirstAndLast) {
    EXPECT_EQ((Prefix{Address::v4(v4(10, 0, 0, 0)), 104}.last()), Address::v4(v4(10, 255, 255, 255)));
    EXPECT_EQ((Prefix{Address::v4(v4(10, 1, 2, 3)), 128}.last()), Address::v4(v4(10, 1, 2, 3)));
    EXPECT_EQ((Prefix{{0x2001'0db8'0000'0000, 0}, 32}.last()), (Address{0x2001'0db8'ffff'ffff, ~uint64_t{0}}));
    EXPECT_EQ((Prefix{{0, 0}, 0}.last()), (Address{~uint64_t{0}, ~uint64_t{0}}));
}

TEST(RangeTable, FindsEachEndAndNothingBetween) {
    const RangeTable<uint32_t, char>::Range ranges[] = {{30, 39, 'c'}, {10, 19, 'a'}, {20, 20, 'b'}, {50, 59, 'd'}};
    const RangeTable<uint32_t, char> table{ranges};
    const std::pair<uint32_t, char> expected[] = {{9, 0},    {10, 'a'}, {19, 'a'}, {20, 'b'}, {21, 0},   {29, 0},
                                                  {30, 'c'}, {39, 'c'}, {40, 0},   {50, 'd'}, {59, 'd'}, {60, 0}};
    for (const auto& [key, value] : expected) {
        const auto* range = table.find(key);
        EXPECT_EQ(range == nullptr ? '\0' : range->value, value) << key;
    }
    EXPECT_EQ((RangeTable<uint32_t, char>{}.find(1)), nullptr);
}

TEST(AddressMap, MapsPrefixesAndHostsBothWays) {
    const AddressMap& out = kBeside.map(3, Side::internal);
    const AddressMap& in = kBeside.map(3, Side::external);
    EXPECT_EQ(out.image(v4(10, 3, 1, 0)), v4(172, 22, 1, 0));
    EXPECT_EQ(out.image(v4(10, 3, 1, 255)), v4(172, 22, 1, 255));
    EXPECT_EQ(out.image(v4(10, 3, 2, 0)), std::nullopt);
    EXPECT_EQ(out.image(v4(10, 3, 9, 9)), v4(172, 22, 9, 1));
    EXPECT_EQ(in.image(v4(172, 22, 9, 1)), v4(10, 3, 9, 9));
    EXPECT_EQ(in.image(v4(172, 22, 9, 9)), std::nullopt);
    EXPECT_EQ(out.image(v4(255, 255, 255, 0)), std::nullopt) << "a mask is no address of a map";
}

TEST(Realms, VlanChoosesWhereInsideAddressesCollide) {
    EXPECT_EQ(locate(kBeside, udp(10, "10.1.0.5", "198.51.100.9"), Side::internal).realm, 1);
    EXPECT_EQ(locate(kBeside, udp(20, "10.1.0.5", "198.51.100.9"), Side::internal).realm, 2);
    EXPECT_EQ(locate(kBeside, udp(0, "10.1.0.5", "198.51.100.9"), Side::internal).realm, 5) << "untagged";
    EXPECT_EQ(locate(kBeside, udp(99, "10.1.0.5", "198.51.100.9"), Side::internal).realm, 5) << "a VLAN nobody names";
}

TEST(Realms, InsideAddressChoosesWhereAVlanIsShared) {
    EXPECT_EQ(locate(kBeside, udp(30, "10.3.1.5", "198.51.100.9"), Side::internal).realm, 3);
    EXPECT_EQ(locate(kBeside, udp(30, "10.4.0.5", "198.51.100.9"), Side::internal).realm, 4);
    EXPECT_EQ(locate(kBeside, udp(30, "198.51.100.9", "10.4.0.5"), Side::external).realm, 4);
    EXPECT_EQ(locate(kBeside, udp(30, "10.9.9.9", "198.51.100.9"), Side::internal).realm, 0) << "neither's";
    EXPECT_EQ(locate(kBeside, udp(10, "10.9.9.9", "198.51.100.9"), Side::internal).realm, 1) << "the VLAN has one only";
}

// However the frame's addresses are written on its side of the NAT, the triple is the same.
TEST(Realms, BothDirectionsAndBothFormsGiveOneTriple) {
    const Ends request = locate(kHere, udp(10, "198.51.100.9", "172.20.0.5"), Side::external);
    const Ends answer = locate(kHere, udp(10, "10.1.0.5", "198.51.100.9"), Side::internal);
    EXPECT_EQ(request.inside, Address::v4(v4(10, 1, 0, 5)));
    EXPECT_EQ(request.inside, answer.inside);
    EXPECT_EQ(request.outside, answer.outside);
    EXPECT_EQ(request.realm, answer.realm);
    // Payload-only: in front of the NAT box or behind it.
    const Ends behind = locate(kBeside, udp(10, "198.51.100.9", "10.1.0.5"), Side::external);
    const Ends in_front = locate(kBeside, udp(10, "198.51.100.9", "172.20.0.5"), Side::external);
    EXPECT_EQ(behind.inside, in_front.inside);
    EXPECT_EQ(behind.realm, in_front.realm);
}

TEST(Realms, ARouterOfTheRealmsNetworkHasOneOutsideAddress) {
    const Ends out = locate(kHere, udp(10, "10.1.0.5", "10.1.0.1"), Side::internal);
    const Ends in = locate(kHere, udp(10, "172.20.0.1", "172.20.0.5"), Side::external);
    EXPECT_EQ(out.outside, Address::v4(v4(172, 20, 0, 1)));
    EXPECT_EQ(out.outside, in.outside);
    EXPECT_EQ(out.inside, in.inside);
}

// The way back of what was sent, and an ARP probe: nobody of a realm is inside, the other end chooses.
TEST(Realms, TheOtherEndChoosesWhereTheInsideEndCannot) {
    const Ends back = locate(kHere, udp(30, "172.23.0.5", "198.51.100.9"), Side::external);
    EXPECT_EQ(back.realm, 4);
    EXPECT_EQ(back.inside, Address::v4(v4(198, 51, 100, 9)));
    EXPECT_EQ(back.outside, Address::v4(v4(172, 23, 0, 5)));
    EXPECT_EQ(locate(kBeside, udp(30, "10.4.0.5", "198.51.100.9"), Side::external).realm, 4);
    test::Arp probe;
    probe.sender_ip = test::ip("0.0.0.0");
    probe.target_ip = test::ip("10.3.1.9");
    const Ends probed = locate(kHere, Frame().eth().vlan(30).arp(probe), Side::internal);
    EXPECT_EQ(probed.realm, 3);
    EXPECT_EQ(probed.outside, Address::v4(v4(172, 22, 1, 9)));
}

TEST(Realms, ArpAndIpv6AreLocatedToo) {
    test::Arp arp;
    arp.sender_ip = test::ip("10.1.0.7");
    arp.target_ip = test::ip("198.51.100.9");
    const Ends by_arp = locate(kHere, Frame().eth().vlan(20).arp(arp), Side::internal);
    EXPECT_EQ(by_arp.inside, Address::v4(v4(10, 1, 0, 7)));
    EXPECT_EQ(by_arp.realm, 2);
    const Ends by_ipv6 =
        locate(kHere, Frame().eth().vlan(20).ipv6("2001:db8::1", "2001:db8::2").udp(1, 2), Side::internal);
    EXPECT_EQ(by_ipv6.inside, (Address{0x2001'0db8'0000'0000, 1}));
    EXPECT_EQ(by_ipv6.realm, 2);
}

TEST(Realms, WithoutAnyTheEndsAreAsTheyStand) {
    const Ends ends = locate(Realms{}, udp(10, "10.1.0.5", "198.51.100.9"), Side::external);
    EXPECT_EQ(ends.realm, 0);
    EXPECT_EQ(ends.inside, Address::v4(v4(198, 51, 100, 9)));
    EXPECT_EQ(ends.outside, Address::v4(v4(10, 1, 0, 5)));
}

}  // namespace
}  // namespace snmpgate::locate

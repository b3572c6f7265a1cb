#include "stages/steer.hpp"

#include <set>

#include <gtest/gtest.h>

#include "support/frame_builder.hpp"

namespace snmpgate::stages {
namespace {

using test::Bytes;
using test::Frame;

const std::vector<locate::RealmSpec> kSpecs = {{"teaching", {}, {{0x0A010000, 0xAC140000, 16}}}};
const locate::Realms kRealms{kSpecs, locate::Headers::translated_here};

uint32_t hash(const Frame& built, Side entered) {
    const Bytes bytes = built.bytes();
    const wire::Packet packet = wire::parse_packet(wire::Extent::whole(bytes));
    return steering_hash(bytes, packet, kRealms.locate(bytes, packet, entered));
}

Frame udp(const char* from, const char* to, uint16_t source, uint16_t destination, test::Ipv4Options options = {}) {
    return Frame().eth().ipv4(from, to, options).udp(source, destination);
}

TEST(Steer, BothDirectionsThroughTheNatMeet) {
    EXPECT_EQ(hash(udp("10.1.0.5", "198.51.100.9", 161, 40000), Side::internal),
              hash(udp("198.51.100.9", "172.20.0.5", 40000, 161), Side::external));
    EXPECT_EQ(hash(Frame().eth().ipv4("10.1.0.5", "198.51.100.9").tcp(22, 40000), Side::internal),
              hash(Frame().eth().ipv4("198.51.100.9", "172.20.0.5").tcp(40000, 22), Side::external));
}

TEST(Steer, AllOfAPairsDatagramsAndFragmentsMeet) {
    const uint32_t whole = hash(udp("10.1.0.5", "198.51.100.9", 161, 40000), Side::internal);
    EXPECT_EQ(hash(udp("10.1.0.5", "198.51.100.9", 161, 50000), Side::internal), whole);
    EXPECT_EQ(hash(udp("10.1.0.5", "198.51.100.9", 161, 40000, {.more_fragments = true}), Side::internal), whole);
    EXPECT_EQ(hash(Frame().eth().ipv4("10.1.0.5", "198.51.100.9", {.fragment_offset = 1480}).payload(Bytes(9)),
                   Side::internal),
              whole);
    EXPECT_EQ(
        hash(Frame().eth().ipv4("10.1.0.5", "198.51.100.9", {.more_fragments = true}).tcp(22, 40000), Side::internal),
        whole)
        << "a fragment of TCP: the others have no ports";
    EXPECT_NE(hash(udp("10.1.0.6", "198.51.100.9", 161, 40000), Side::internal), whole);
}

TEST(Steer, ABroadcastDomainIsOneWorkers) {
    const auto on = [](uint16_t vlan) { return Frame().eth().vlan(vlan); };
    const uint32_t arp = hash(on(7).arp(), Side::internal);
    test::Arp other;
    other.sender_ip = test::ip("10.1.77.7");
    EXPECT_EQ(hash(on(7).arp(other), Side::external), arp);
    EXPECT_EQ(hash(on(7).ipv4("10.1.0.5", "224.0.0.2").udp(1985, 1985), Side::internal), arp) << "HSRP";
    EXPECT_EQ(hash(on(7).ipv4("10.1.0.5", "224.0.0.102").udp(3222, 3222), Side::internal), arp) << "GLBP";
    EXPECT_EQ(hash(on(7).ipv4("0.0.0.0", "255.255.255.255").udp(68, 67), Side::internal), arp) << "DHCP";
    EXPECT_EQ(hash(on(7).ipv4("10.1.0.5", "224.0.0.18", {.protocol = 112}).payload(Bytes(8)), Side::internal), arp)
        << "VRRP and CARP";
    EXPECT_NE(hash(on(8).arp(), Side::internal), arp);
}

TEST(Steer, OtherFramesByTheirMacPair) {
    const auto frame = [](const char* to, const char* from) { return Frame().eth(to, from).payload(Bytes(46)); };
    EXPECT_EQ(hash(frame("02:00:00:00:00:07", "02:00:00:00:00:08"), Side::internal),
              hash(frame("02:00:00:00:00:08", "02:00:00:00:00:07"), Side::external));
    EXPECT_NE(hash(frame("02:00:00:00:00:07", "02:00:00:00:00:08"), Side::internal),
              hash(frame("02:00:00:00:00:07", "02:00:00:00:00:09"), Side::internal));
}

TEST(Steer, ManyPairsReachEveryWorkerAboutAlike) {
    constexpr unsigned kWorkers = 8;
    constexpr int kPairs = 4000;
    std::array<int, kWorkers> share{};
    for (int i = 0; i < kPairs; ++i) {
        const std::string inside = "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
        ++share[worker_for(hash(udp(inside.c_str(), "198.51.100.9", 161, 40000), Side::internal), kWorkers)];
    }
    for (const int count : share) {
        EXPECT_GT(count, kPairs / static_cast<int>(kWorkers) * 3 / 4);
        EXPECT_LT(count, kPairs / static_cast<int>(kWorkers) * 5 / 4);
    }
}

TEST(Steer, WorkersAreInRange) {
    EXPECT_EQ(worker_for(0, 3), 0u);
    EXPECT_EQ(worker_for(~0u, 3), 2u);
    EXPECT_EQ(worker_for(~0u, 1), 0u);
}

}  // namespace
}  // namespace snmpgate::stages

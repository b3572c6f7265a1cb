#include "decide/decide.hpp"

#include <gtest/gtest.h>
#include <rte_memory.h>

namespace snmpgate::decide {
namespace {

using locate::Address;
using locate::Prefix;
using record::Action;

constexpr Address v4(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return Address::v4(a << 24 | b << 16 | c << 8 | d);
}

struct Decide : testing::Test {
    Policy policy;
    wire::Packet packet;
    locate::Ends ends{v4(10, 1, 0, 5), v4(198, 51, 100, 9), 1};
    Station source, destination;
    Reason snmp = Reason::none;

    Decide() { packet.ip_size = 4; }
    [[nodiscard]] Decision operator()() const {
        return decide({packet, ends, source, destination, snmp}, observe::Facts{}, policy);
    }
    void expect(Action action, Reason reason) const {
        EXPECT_EQ((*this)().action, action);
        EXPECT_EQ((*this)().reason, reason) << name_of((*this)().reason);
    }
};

TEST_F(Decide, WhatIsInOrderPasses) { expect(Action::forward, Reason::none); }

TEST_F(Decide, ABlockedStationNeitherSendsNorReceives) {
    source.blocked = true;
    expect(Action::discard, Reason::blocked_mac);
    source.blocked = false;
    destination.blocked = true;
    expect(Action::discard, Reason::blocked_mac);
}

TEST_F(Decide, PrefixesOfEitherEndBlock) {
    policy.prefixes = BlockedPrefixes{std::vector{Prefix{v4(10, 1, 0, 0), 96 + 24}}};
    expect(Action::discard, Reason::blocked_prefix);
    std::swap(ends.inside, ends.outside);
    expect(Action::discard, Reason::blocked_prefix);
    ends.outside = v4(10, 1, 1, 0);
    expect(Action::forward, Reason::none);
}

TEST_F(Decide, FramesWithoutAddressesHaveNoPrefix) {
    policy.prefixes = BlockedPrefixes{std::vector{Prefix{{0, 0}, 0}}};
    expect(Action::discard, Reason::blocked_prefix);
    packet.ip_size = 0;
    expect(Action::forward, Reason::none);
}

TEST_F(Decide, BlockingComesBeforeMalformed) {
    packet.reason = Reason::ipv4_total_length;
    source.blocked = true;
    expect(Action::discard, Reason::blocked_mac);
}

TEST_F(Decide, MalformedFramesFollowTheirKey) {
    packet.reason = Reason::arp_truncated;
    expect(Action::forward, Reason::arp_truncated);
    policy.malformed = OnFailure::discard;
    expect(Action::discard, Reason::arp_truncated);
}

TEST_F(Decide, UnparsableSnmpFollowsItsKey) {
    snmp = Reason::ber_truncated;
    expect(Action::forward, Reason::ber_truncated);
    policy.unparsable = OnFailure::discard;
    expect(Action::discard, Reason::ber_truncated);
}

// A capture that was cut, a message in fragments: nobody's fault, never discarded for being unreadable.
TEST_F(Decide, IncompleteIsNotMalformed) {
    policy.malformed = policy.unparsable = OnFailure::discard;
    snmp = Reason::snmp_fragment;
    expect(Action::forward, Reason::snmp_fragment);
    snmp = Reason::none;
    packet.reason = Reason::frame_cut;
    expect(Action::forward, Reason::frame_cut);
}

TEST(BlockedPrefixes, MergesThoseInsideOthers) {
    const BlockedPrefixes prefixes{std::vector{Prefix{v4(10, 1, 2, 0), 96 + 24}, Prefix{v4(10, 0, 0, 0), 96 + 8},
                                               Prefix{v4(10, 255, 0, 0), 96 + 16}, Prefix{v4(192, 0, 2, 7), 128},
                                               Prefix{{0x2001'0db8'0000'0000, 0}, 32}}};
    EXPECT_TRUE(prefixes.holds(v4(10, 0, 0, 0)));
    EXPECT_TRUE(prefixes.holds(v4(10, 255, 255, 255)));
    EXPECT_FALSE(prefixes.holds(v4(11, 0, 0, 0)));
    EXPECT_TRUE(prefixes.holds(v4(192, 0, 2, 7)));
    EXPECT_FALSE(prefixes.holds(v4(192, 0, 2, 8)));
    EXPECT_TRUE(prefixes.holds({0x2001'0db8'ffff'0000, 5}));
    EXPECT_FALSE(prefixes.holds({0x2001'0db9'0000'0000, 0}));
}

TEST(Stations, FindsEveryBlockedAddressAndNoOther) {
    std::vector<Stations::Entry> entries;
    for (uint8_t i = 0; i < 200; ++i) entries.push_back({{{2, 0, 0, 0, 1, i}}, {.blocked = true}});
    const Stations stations{entries, SOCKET_ID_ANY};
    for (uint8_t i = 0; i < 200; i = static_cast<uint8_t>(i + 2)) {
        const uint64_t keys[] = {entries[i].first.key(), wire::Mac{{2, 0, 0, 0, 2, i}}.key()};
        Station found[2];
        stations.lookup(keys, found);
        EXPECT_TRUE(found[0].blocked) << i;
        EXPECT_FALSE(found[1].blocked) << i;
    }
}

// What the operator says lies over what is configured: a table says nothing of addresses that are not in it.
TEST(Stations, OneTableLiesOverAnother) {
    const wire::Mac a{{2, 0, 0, 0, 1, 1}}, b{{2, 0, 0, 0, 1, 2}}, c{{2, 0, 0, 0, 1, 3}};
    const Stations::Entry configured[] = {{a, {.blocked = true}}, {b, {.blocked = true}}};
    const Stations::Entry ordered[] = {{b, {.blocked = false}}, {c, {.blocked = true}}};
    const uint64_t keys[] = {a.key(), b.key(), c.key()};
    Station found[3];
    Stations{configured, SOCKET_ID_ANY}.lookup(keys, found);
    Stations{ordered, SOCKET_ID_ANY}.lookup(keys, found);
    EXPECT_TRUE(found[0].blocked);
    EXPECT_FALSE(found[1].blocked);
    EXPECT_TRUE(found[2].blocked);
}

}  // namespace
}  // namespace snmpgate::decide

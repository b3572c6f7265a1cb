#include "ports/link_guard.hpp"

#include <string>

#include <gtest/gtest.h>

namespace snmpgate::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Link u = Link::up, d = Link::down, x = Link::unknown;

// A guard and a clock; ports that do what they are told.
class LinkGuardTest : public ::testing::Test {
 protected:
    // What it says of these links (external, internal), as "lower internal"; empty for nothing.
    std::string look(Link external, Link internal) {
        const auto action = guard.look({external, internal}, now);
        if (action) last = *action;
        return action ? told(*action) : "";
    }
    static std::string told(const LinkGuard::Action& action) {
        return std::string{action.raise ? "raise" : "lower"} +
               (action.side == Side::external ? " external" : " internal");
    }
    void wait(milliseconds time) { now += time; }

    LinkGuard::Time now{seconds{1000}};
    LinkGuard guard{now};
    LinkGuard::Action last{};
};

TEST_F(LinkGuardTest, LeavesWorkingLinksAlone) {
    for (int i = 0; i < 200; ++i, wait(milliseconds{100})) ASSERT_EQ(look(u, u), "");
    EXPECT_EQ(guard.lowered(), std::nullopt);
}

TEST_F(LinkGuardTest, ALinkThatGoesDownLowersTheOtherOnce) {
    EXPECT_EQ(look(u, u), "");
    EXPECT_EQ(look(d, u), "lower internal");
    EXPECT_EQ(guard.lowered(), Side::internal);
    for (int i = 0; i < 200; ++i, wait(milliseconds{100})) ASSERT_EQ(look(d, d), "");
    EXPECT_EQ(look(u, d), "raise internal");
    EXPECT_EQ(guard.lowered(), std::nullopt);
}

TEST_F(LinkGuardTest, BothSidesAreServedAlike) {
    EXPECT_EQ(look(u, u), "");
    EXPECT_EQ(look(u, d), "lower external");
    EXPECT_EQ(look(d, d), "");
    EXPECT_EQ(look(d, u), "raise external");
}

// The switch may need seconds to negotiate after we raise its port: that is no reason to lower the ASA's.
TEST_F(LinkGuardTest, ARaisedSideHasTimeToFindItsLink) {
    EXPECT_EQ(look(u, u), "");
    EXPECT_EQ(look(d, u), "lower internal");
    EXPECT_EQ(look(u, d), "raise internal");
    wait(LinkGuard::kSettle - milliseconds{1});
    EXPECT_EQ(look(u, d), "");
    EXPECT_EQ(look(u, u), "");
    EXPECT_EQ(guard.lowered(), std::nullopt);
}

TEST_F(LinkGuardTest, OnceItsLinkIsFoundTheTimeIsOver) {
    EXPECT_EQ(look(u, u), "");
    EXPECT_EQ(look(d, u), "lower internal");
    EXPECT_EQ(look(u, d), "raise internal");
    wait(milliseconds{500});
    EXPECT_EQ(look(u, u), "");
    wait(milliseconds{100});
    EXPECT_EQ(look(u, d), "lower external");  // well within kSettle of the raise
}

// The worked example of link_guard.hpp: the lowered side has lost its own cable meanwhile.
TEST_F(LinkGuardTest, ASideThatDiedWhileLoweredBecomesTheCause) {
    EXPECT_EQ(look(u, u), "");
    EXPECT_EQ(look(d, u), "lower internal");
    wait(seconds{50});
    EXPECT_EQ(look(u, d), "raise internal");
    wait(LinkGuard::kSettle);
    EXPECT_EQ(look(u, d), "lower external");
    wait(seconds{25});
    EXPECT_EQ(look(d, d), "");
    EXPECT_EQ(look(d, u), "raise external");
    wait(seconds{2});
    EXPECT_EQ(look(u, u), "");
}

TEST_F(LinkGuardTest, AFlappingLinkIsFollowedEachTime) {
    EXPECT_EQ(look(u, u), "");
    for (int i = 0; i < 50; ++i) {
        wait(milliseconds{100});
        ASSERT_EQ(look(d, u), "lower internal") << i;
        wait(milliseconds{100});
        ASSERT_EQ(look(u, d), "raise internal") << i;
    }
}

// It flaps so fast that the raised side never finds its link: still lowered and raised, never both.
TEST_F(LinkGuardTest, AFlapWhileTheOtherSettlesLowersItAgain) {
    EXPECT_EQ(look(u, u), "");
    EXPECT_EQ(look(d, u), "lower internal");
    EXPECT_EQ(look(u, d), "raise internal");
    wait(milliseconds{100});
    EXPECT_EQ(look(d, d), "lower internal");
    EXPECT_EQ(look(u, d), "raise internal");
}

TEST_F(LinkGuardTest, TwoDarkSidesAreLeftAlone) {
    EXPECT_EQ(look(u, u), "");
    for (int i = 0; i < 200; ++i, wait(milliseconds{100})) ASSERT_EQ(look(d, d), "");
    EXPECT_EQ(look(u, d), "lower external");
    EXPECT_EQ(look(d, u), "raise external");
}

TEST_F(LinkGuardTest, AStartGivesBothSidesTime) {
    EXPECT_EQ(look(u, d), "");
    wait(LinkGuard::kSettle - milliseconds{1});
    EXPECT_EQ(look(u, d), "");
    wait(milliseconds{1});
    EXPECT_EQ(look(u, d), "lower external");
}

TEST_F(LinkGuardTest, AnInterfaceThatLeftCountsAsUpAndIsNotLowered) {
    wait(seconds{60});
    EXPECT_EQ(look(x, x), "");
    EXPECT_EQ(look(x, u), "");
    EXPECT_EQ(look(d, x), "");
    EXPECT_EQ(guard.lowered(), std::nullopt);
}

TEST_F(LinkGuardTest, ACauseThatLeavesRaisesTheOther) {
    wait(seconds{60});
    EXPECT_EQ(look(d, u), "lower internal");
    EXPECT_EQ(look(x, d), "raise internal");
}

TEST_F(LinkGuardTest, WhatCannotBeLoweredIsAskedOnce) {
    wait(seconds{60});
    EXPECT_EQ(look(d, u), "lower internal");
    guard.forbid(Side::internal);
    EXPECT_EQ(guard.lowered(), std::nullopt);
    for (int i = 0; i < 10; ++i, wait(seconds{1})) ASSERT_EQ(look(d, u), "");
    EXPECT_EQ(look(u, u), "");
    EXPECT_EQ(look(u, d), "lower external");  // the other direction still works
}

TEST_F(LinkGuardTest, WhatFailedIsTriedAgain) {
    wait(seconds{60});
    EXPECT_EQ(look(d, u), "lower internal");
    guard.undo(last);
    EXPECT_EQ(guard.lowered(), std::nullopt);
    EXPECT_EQ(look(d, u), "lower internal");
    EXPECT_EQ(look(u, d), "raise internal");
    guard.undo(last);
    EXPECT_EQ(guard.lowered(), Side::internal);
    EXPECT_EQ(look(u, d), "raise internal");
}

// Every sequence of six looks at two links, with the ports doing as told: never both lowered, and a lowered side is
// raised as soon as its cause is up.
TEST_F(LinkGuardTest, NoSequenceStrandsASide) {
    constexpr int kLooks = 6;
    constexpr int kSequences = 1 << (2 * kLooks);
    for (int sequence = 0; sequence < kSequences; ++sequence) {
        LinkGuard tried{now};
        LinkGuard::Time at = now + seconds{60};
        for (int i = 0; i < kLooks; ++i, at += seconds{4}) {
            std::array<Link, kSides> links = {(sequence >> (2 * i) & 1) != 0 ? u : d,
                                              (sequence >> (2 * i + 1) & 1) != 0 ? u : d};
            const auto before = tried.lowered();
            if (before) links[index(*before)] = d;  // by our own doing
            const auto action = tried.look(links, at);
            if (before && action) {
                ASSERT_EQ(told(*action), told({*before, true})) << sequence << " at " << i;
            }
            if (before && links[index(opposite(*before))] == u) {
                ASSERT_EQ(tried.lowered(), std::nullopt) << sequence << " at " << i;
            }
            if (action && !action->raise) {
                ASSERT_EQ(links[index(opposite(action->side))], d) << sequence << " at " << i;
            }
        }
    }
}

}  // namespace
}  // namespace snmpgate::app

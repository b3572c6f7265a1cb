#include "stats.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace snmpgate::app {
namespace {

using stages::Books;
using stages::BySide;
using stages::Counters;
using stages::FrameRing;

constexpr auto kExternal = index(Side::external), kInternal = index(Side::internal);

// Two of each stage, every count another number.
class StatsTest : public testing::Test {
 protected:
    StatsTest() {
        for (size_t i = 0; i < 2; ++i) {
            all_.rx.push_back(&rx_[i]);
            all_.workers.push_back(workers_[i].get());
            all_.tx.push_back(&tx_[i]);
        }
        rx_[0][kExternal].received.add(100);
        rx_[0][kInternal].received.add(20);
        rx_[1][kInternal].received.add(3);
        add(rx_[0][kExternal].discarded, Reason::ring_full, 10);
        add(rx_[1][kInternal].passed, Reason::ring_full, 2);
        rx_[0][kExternal].sent.add(90);
        rx_[0][kInternal].sent.add(20);
        rx_[1][kInternal].sent.add(3);

        auto& first = workers_[0]->sides;
        first[kExternal].received.add(90);
        first[kExternal].sent.add(80);
        add(first[kExternal].discarded, Reason::blocked_mac, 9);
        add(first[kExternal].discarded, Reason::ring_full, 1);
        add(first[kExternal].passed, Reason::ipv4_version, 4);
        first[kExternal].protocols[1][static_cast<size_t>(wire::Protocol::arp)].add(5);
        auto& second = workers_[1]->sides;
        second[kInternal].received.add(21);
        second[kInternal].sent.add(21);
        add(second[kInternal].would_discard, Reason::blocked_mac, 7);
        second[kInternal].translated.add(6);
        second[kInternal].addresses.add(13);
        workers_[0]->records_wanted.add(50);
        workers_[1]->records_wanted.add(5);
        workers_[1]->records_lost.add(2);
        workers_[1]->odd.trailing.add(8);

        tx_[0][kExternal].received.add(80);
        tx_[0][kExternal].sent.add(79);
        add(tx_[0][kExternal].discarded, Reason::tx_refused);
        tx_[1][kInternal].received.add(23);
        tx_[1][kInternal].sent.add(23);
    }

    BySide<Books> rx_[2], tx_[2];
    std::unique_ptr<Counters> workers_[2] = {std::make_unique<Counters>(), std::make_unique<Counters>()};
    Stages all_;
};

TEST_F(StatsTest, TotalsAreTheSumsOfTheStages) {
    EXPECT_EQ(received(all_), 123u);
    EXPECT_EQ(sent(all_), 102u);
    EXPECT_EQ(discarded(all_), 21u);
    const auto json = stats(all_);
    EXPECT_EQ(json["received"], 123);
    EXPECT_EQ(json["sent"], 102);
    EXPECT_EQ(json["translated"], 6);
    EXPECT_EQ(json["addresses_translated"], 13);
    EXPECT_EQ(json["discarded"], (nlohmann::ordered_json{{"blocked_mac", 9}, {"tx_refused", 1}, {"ring_full", 11}}));
    EXPECT_EQ(json["would_discard"], (nlohmann::ordered_json{{"blocked_mac", 7}}));
    EXPECT_EQ(json["passed"], (nlohmann::ordered_json{{"ipv4_version", 4}, {"ring_full", 2}}));
    EXPECT_EQ(json["records"], (nlohmann::ordered_json{{"wanted", 55}, {"lost", 2}}));
    EXPECT_EQ(json["tolerated"]["trailing_bytes"], 8);
    EXPECT_EQ(json["balance"], 0);
    EXPECT_EQ(json["in_flight"], 0);
}

TEST_F(StatsTest, PortsAreByTheSideEntered) {
    const auto json = stats(all_)["ports"];
    EXPECT_EQ(json["external"]["received"], 100);
    EXPECT_EQ(json["external"]["sent"], 79);
    EXPECT_EQ(json["external"]["discarded"]["ring_full"], 11);
    EXPECT_EQ(json["external"]["protocols"], (nlohmann::ordered_json{{"1", {{"arp", 5}}}}));
    EXPECT_EQ(json["external"]["balance"], 0);
    EXPECT_EQ(json["internal"]["received"], 23);
    EXPECT_EQ(json["internal"]["sent"], 23);
    EXPECT_EQ(json["internal"]["translated"], 6);
    EXPECT_EQ(json["internal"]["balance"], 0);
}

TEST_F(StatsTest, WorkersStandForThemselves) {
    const auto json = stats(all_)["workers"];
    ASSERT_EQ(json.size(), 2u);
    EXPECT_EQ(json[0]["received"], 90);
    EXPECT_EQ(json[0]["sent"], 80);
    EXPECT_EQ(json[0]["discarded"], (nlohmann::ordered_json{{"blocked_mac", 9}, {"ring_full", 1}}));
    EXPECT_EQ(json[0]["balance"], 0);
    EXPECT_EQ(json[1]["received"], 21);
    EXPECT_EQ(json[1]["records"], (nlohmann::ordered_json{{"wanted", 5}, {"lost", 2}}));
}

TEST_F(StatsTest, OneStageAloneIsFromItsFirstToItsLast) {
    const Stages rx{{&rx_[0]}, {}, {}, {}}, worker{{}, {}, {workers_[0].get()}, {}}, tx{{}, {&tx_[1]}, {}, {}};
    EXPECT_EQ(received(rx), 120u);
    EXPECT_EQ(sent(rx), 110u);
    EXPECT_EQ(discarded(rx), 10u);
    EXPECT_EQ(received(worker), 90u);
    EXPECT_EQ(sent(worker), 80u);
    EXPECT_EQ(received(tx), 23u);
    EXPECT_EQ(sent(tx), 23u);
}

TEST_F(StatsTest, AFrameThatIsMissingShows) {
    rx_[0][kInternal].received.add(2);
    EXPECT_EQ(balance(all_), 2);
    const auto json = stats(all_);
    EXPECT_EQ(json["balance"], 2);
    EXPECT_EQ(json["ports"]["internal"]["balance"], 2);
    EXPECT_EQ(json["ports"]["external"]["balance"], 0);
    tx_[0][kExternal].sent.add(5);
    EXPECT_EQ(balance(all_), -3);
}

TEST_F(StatsTest, WhatStandsInRingsIsInFlight) {
    FrameRing first, second;
    all_.rings = {&first, &second};
    std::array<rte_mbuf*, 5> frames{};  // nobody looks at them
    ASSERT_EQ(first.push(frames), 5u);
    ASSERT_EQ(second.push(std::span{frames}.first(2)), 2u);
    rx_[1][kExternal].received.add(7);
    const auto json = stats(all_);
    EXPECT_EQ(json["in_flight"], 7);
    EXPECT_EQ(json["balance"], 0);
    EXPECT_EQ(balance(all_), 0);
    EXPECT_EQ(first.pop(frames).size(), 5u);
    EXPECT_EQ(stats(all_)["in_flight"], 2);
    EXPECT_EQ(balance(all_), 5) << "taken out, and accounted for nowhere";
}

TEST_F(StatsTest, StagesAddUp) {
    Stages more;
    more.add({{&rx_[0]}, {&tx_[0]}, {workers_[0].get()}, {}});
    more.add({{&rx_[1]}, {&tx_[1]}, {workers_[1].get()}, {}});
    EXPECT_EQ(stats(more), stats(all_));
}

TEST_F(StatsTest, ReasonsThatOccurredOrAll) {
    const auto occurred = reasons(all_, false)["reasons"];
    ASSERT_EQ(occurred.size(), 4u);
    const nlohmann::ordered_json blocked = {
        {"name", "blocked_mac"}, {"number", 130}, {"discarded", 9}, {"would_discard", 7}, {"passed", 0}};
    EXPECT_EQ(occurred[1], blocked);
    const nlohmann::ordered_json full = {
        {"name", "ring_full"}, {"number", 151}, {"discarded", 11}, {"would_discard", 0}, {"passed", 2}};
    EXPECT_EQ(occurred[3], full);
    EXPECT_EQ(reasons(all_, true)["reasons"].size(), kReasons.size() - 1) << "all but none";
}

}  // namespace
}  // namespace snmpgate::app

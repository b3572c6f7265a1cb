#include <gtest/gtest.h>

#include "appliance/flows.hpp"
#include "appliance/gate.hpp"

// rx → ring → worker → ring → tx, each round given by hand.
namespace snmpgate {
namespace {

using stages::FrameRing;
using stages::kBurst;
using test::Bytes;
using test::FakePorts;
using test::get;
using test::numbered;
using test::SplitGate;

constexpr std::array kBoth = {Side::external, Side::internal};

// A whole number of bursts, more than a ring holds.
constexpr unsigned kMore = 40 * kBurst;
static_assert(kMore > FrameRing::kFrames);

void arrive(FakePorts& ports, unsigned flows, unsigned each, size_t padding = 0, size_t segment = 4096) {
    for (unsigned number = 0; number < each; ++number)
        for (unsigned flow = 0; flow < flows; ++flow)
            for (const Side side : kBoth) ports.arrive(side, numbered(flow, number, side, padding), 0, segment);
}

TEST(SplitPath, EveryFrameComesOutInOrderAtTheOtherPort) {
    SplitGate gate;
    arrive(gate.ports, 24, 20);
    gate.run();
    for (const Side side : kBoth) test::expect_whole_and_in_order(gate.ports.departed(side), 24, 20);
    for (const Side side : kBoth) {
        EXPECT_EQ(gate.rx_books()[index(side)].received.get(), 24u * 20);
        EXPECT_EQ(gate.tx_books()[index(side)].sent.get(), 24u * 20);
    }
    EXPECT_EQ(app::discarded(gate.books()), 0u);
}

TEST(SplitPath, WorkersShareTheFlowsAndAConversationIsOneWorkers) {
    SplitGate gate;
    uint64_t shares[2] = {};
    for (unsigned flow = 0; flow < 24; ++flow) {
        for (const Side side : kBoth) gate.ports.arrive(side, numbered(flow, 0, side));
        gate.run();
        for (unsigned worker = 0; worker < 2; ++worker) {
            const auto& sides = gate.worker_books(worker).sides;
            const uint64_t out = sides[index(Side::external)].received.get(),
                           in = sides[index(Side::internal)].received.get();
            EXPECT_EQ(out, in) << "flow " << flow << ": its two directions went to two workers";
            shares[worker] = in;
        }
    }
    EXPECT_GT(shares[0], 0u);
    EXPECT_GT(shares[1], 0u);
    EXPECT_EQ(shares[0] + shares[1], 24u);
}

TEST(SplitPath, FramesInSeveralSegmentsPassWhole) {
    SplitGate gate;
    std::vector<Bytes> sent;
    for (unsigned number = 0; number < 50; ++number) {
        sent.push_back(numbered(0, number, Side::internal, 1200));
        gate.ports.arrive(Side::internal, sent.back(), 0, 100);
    }
    gate.run();
    EXPECT_EQ(gate.ports.departed(Side::external), sent);
}

TEST(SplitPath, AFullWorkerRingDiscards) {
    SplitGate gate{1};
    for (unsigned number = 0; number < kMore; ++number)
        gate.ports.arrive(Side::internal, numbered(0, number, Side::internal));
    for (unsigned i = 0; i < kMore / kBurst; ++i) EXPECT_EQ(gate.rx->round(), kBurst);

    const stages::Books& books = gate.rx_books()[index(Side::internal)];
    EXPECT_EQ(books.received.get(), kMore);
    EXPECT_EQ(books.sent.get(), FrameRing::kFrames);
    EXPECT_EQ(get(books.discarded, Reason::ring_full), kMore - FrameRing::kFrames);
    gate.run();
    test::expect_whole_and_in_order(gate.ports.departed(Side::external), 1, FrameRing::kFrames);
}

TEST(SplitPath, AFullWorkerRingForwardsUnseenWhereConfigured) {
    SplitGate gate{1, R"({"frames": {"ring_full": "forward"}})"};
    for (unsigned number = 0; number < kMore; ++number)
        gate.ports.arrive(Side::internal, numbered(0, number, Side::internal));
    for (unsigned i = 0; i < kMore / kBurst; ++i) gate.rx->round();

    const stages::Books& books = gate.rx_books()[index(Side::internal)];
    EXPECT_EQ(books.sent.get(), kMore);
    EXPECT_EQ(get(books.passed, Reason::ring_full), kMore - FrameRing::kFrames);
    EXPECT_EQ(test::total(books.discarded), 0u);

    // The tx core finds them at once, and only them: no worker has had its round.
    while (gate.tx->round() != 0) {
    }
    const std::vector<Bytes> unseen = gate.ports.departed(Side::external);
    EXPECT_EQ(unseen.size(), kMore - FrameRing::kFrames);
    test::expect_in_order(unseen);
    EXPECT_TRUE(gate.ports.departed(Side::internal).empty()) << "a frame went back where it came from";
    gate.run();
    EXPECT_EQ(gate.ports.departed(Side::external).size(), FrameRing::kFrames);
    EXPECT_EQ(gate.worker_books(0).sides[index(Side::internal)].received.get(), FrameRing::kFrames);
}

TEST(SplitPath, WhatNeitherRingHoldsIsDiscardedThoughForwardIsConfigured) {
    SplitGate gate{1, R"({"frames": {"ring_full": "forward"}})"};
    constexpr unsigned kAll = 3 * FrameRing::kFrames;
    for (unsigned number = 0; number < kAll; ++number)
        gate.ports.arrive(Side::external, numbered(0, number, Side::external));
    while (gate.rx->round() != 0) {
    }
    const stages::Books& books = gate.rx_books()[index(Side::external)];
    EXPECT_EQ(books.sent.get(), 2 * FrameRing::kFrames);
    EXPECT_EQ(get(books.passed, Reason::ring_full), FrameRing::kFrames);
    EXPECT_EQ(get(books.discarded, Reason::ring_full), FrameRing::kFrames);
}

TEST(SplitPath, AFullRingToTxIsCountedByTheWorker) {
    SplitGate gate{1};
    for (unsigned number = 0; number < kMore; ++number)
        gate.ports.arrive(Side::internal, numbered(0, number, Side::internal));
    for (unsigned i = 0; i < kMore / kBurst; ++i) {  // tx has no round
        gate.rx->round();
        gate.workers[0]->round();
    }
    const stages::Books& books = gate.worker_books(0).sides[index(Side::internal)];
    EXPECT_EQ(books.received.get(), kMore);
    EXPECT_EQ(books.sent.get(), FrameRing::kFrames);
    EXPECT_EQ(get(books.discarded, Reason::ring_full), kMore - FrameRing::kFrames);
    EXPECT_EQ(app::reasons(gate.books(), false)["reasons"][0]["discarded"], kMore - FrameRing::kFrames);
    gate.run();
    test::expect_whole_and_in_order(gate.ports.departed(Side::external), 1, FrameRing::kFrames);
}

TEST(SplitPath, APortThatRefusesIsNotAskedForEver) {
    constexpr unsigned kRoom = 10, kAll = 50;
    SplitGate gate{1, "{}", kRoom};
    for (unsigned number = 0; number < kAll; ++number)
        gate.ports.arrive(Side::internal, numbered(0, number, Side::internal, 300), 0, 100);  // several segments each
    gate.run();
    const stages::Books& books = gate.tx_books()[index(Side::internal)];
    EXPECT_EQ(books.received.get(), kAll);
    EXPECT_EQ(books.sent.get(), kRoom);
    EXPECT_EQ(get(books.discarded, Reason::tx_refused), kAll - kRoom);
    EXPECT_EQ(gate.tx_books()[index(Side::external)].received.get(), 0u) << "counted to the side it entered by";
    test::expect_whole_and_in_order(gate.ports.departed(Side::external), 1, kRoom);
}

TEST(SplitPath, RunsOfBothSidesInOneRingLeaveByTheirOwnPorts) {
    SplitGate gate{1};
    for (unsigned number = 0; number < 3 * kBurst; ++number) {
        for (const Side side : kBoth) gate.ports.arrive(side, numbered(1, number, side));
        gate.rx->round();  // one frame of each side a burst
        if (number % 7 == 0) gate.workers[0]->round();
    }
    gate.run();
    for (const Side side : kBoth) {
        test::expect_whole_and_in_order(gate.ports.departed(side), 1, 3 * kBurst);
        EXPECT_EQ(gate.tx_books()[index(side)].sent.get(), 3 * kBurst);
    }
}

}  // namespace
}  // namespace snmpgate

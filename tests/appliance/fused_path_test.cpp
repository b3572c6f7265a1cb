#include <gtest/gtest.h>

#include "appliance/flows.hpp"
#include "appliance/gate.hpp"

// rx → worker → tx of a queue on one lcore.
namespace snmpgate {
namespace {

using test::Bytes;
using test::FusedGate;
using test::get;
using test::numbered;

constexpr std::array kBoth = {Side::external, Side::internal};

TEST(FusedPath, EachLcoreServesItsQueueOfBothPorts) {
    FusedGate gate{2};
    for (unsigned number = 0; number < 100; ++number)
        for (unsigned flow = 0; flow < 6; ++flow)
            for (const Side side : kBoth)
                gate.ports.arrive(side, numbered(flow, number, side), static_cast<uint16_t>(flow % 2));
    gate.run();
    for (const Side side : kBoth) {
        for (uint16_t queue = 0; queue < 2; ++queue) {
            const std::vector<Bytes> left = gate.ports.departed(side, queue);
            EXPECT_EQ(left.size(), 300u);
            for (const auto& [flow, numbers] : test::numbers_of(left)) {
                EXPECT_EQ(flow % 2, queue);
                EXPECT_EQ(numbers.size(), 100u);
            }
            test::expect_in_order(left);
        }
        for (unsigned worker = 0; worker < 2; ++worker) {
            EXPECT_EQ(gate.worker_books(worker).sides[index(side)].received.get(), 300u);
            EXPECT_EQ(gate.lcores[worker]->rx_books()[index(side)].received.get(), 300u);
            EXPECT_EQ(gate.lcores[worker]->tx_books()[index(side)].sent.get(), 300u);
        }
    }
}

TEST(FusedPath, FramesInSeveralSegmentsPassWhole) {
    FusedGate gate;
    const Bytes frame = numbered(1, 1, Side::external, 1300);
    gate.ports.arrive(Side::external, frame, 0, 90);
    gate.run();
    EXPECT_EQ(gate.ports.departed(Side::internal), std::vector<Bytes>{frame});
}

TEST(FusedPath, APortThatRefusesIsNotAskedForEver) {
    FusedGate gate{1, "{}", 10};
    for (unsigned number = 0; number < 50; ++number)
        gate.ports.arrive(Side::external, numbered(0, number, Side::external));
    gate.run();
    const stages::Books& books = gate.lcores[0]->tx_books()[index(Side::external)];
    EXPECT_EQ(books.received.get(), 50u);
    EXPECT_EQ(books.sent.get(), 10u);
    EXPECT_EQ(get(books.discarded, Reason::tx_refused), 40u);
    test::expect_whole_and_in_order(gate.ports.departed(Side::internal), 1, 10);
}

TEST(FusedPath, WhatIsDiscardedByDecisionIsTheWorkers) {
    FusedGate gate{1, R"({"mode": "prevent", "blocklist": {"prefixes": ["10.1.0.1"]}})"};
    gate.ports.arrive(Side::internal, numbered(0, 0, Side::internal));  // 10.1.0.1
    gate.ports.arrive(Side::internal, numbered(1, 0, Side::internal));  // 10.1.0.2
    gate.run();
    test::expect_in_order(gate.ports.departed(Side::external));
    const stages::WorkerBooks& books = gate.worker_books(0).sides[index(Side::internal)];
    EXPECT_EQ(books.received.get(), 2u);
    EXPECT_EQ(books.sent.get(), 1u);
    EXPECT_EQ(get(books.discarded, Reason::blocked_prefix), 1u);
    EXPECT_EQ(gate.lcores[0]->tx_books()[index(Side::internal)].received.get(), 1u);
}

}  // namespace
}  // namespace snmpgate

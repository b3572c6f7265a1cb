#include "plan.hpp"

#include <map>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "appliance/machines.hpp"
#include "memory.hpp"

namespace snmpgate::app {
namespace {

using stages::Yields;
using test::machine;
using test::plan_for;

constexpr std::array kBoth = {Side::external, Side::internal};

std::vector<unsigned> cpus(const Plan& plan, Role role) {
    std::vector<unsigned> list;
    for (const Plan::Lcore* lcore : plan.of(role)) list.push_back(lcore->cpu);
    return list;
}

using Cpus = std::vector<unsigned>;

constexpr size_t kHugepage = 2 << 20;
constexpr size_t kDpdk = 16 << 20;  // for its own, on each node

size_t asked(const Plan& plan) {
    size_t sum = 0;
    for (const Plan::Memory& item : plan.memory) sum += item.bytes;
    return sum;
}

TEST(Plan, OneOrTwoCpusAreFused) {
    for (const unsigned count : {1u, 2u}) {
        const Plan plan = plan_for(machine(count));
        EXPECT_EQ(plan.layout, Layout::fused);
        EXPECT_EQ(cpus(plan, Role::fused), Cpus{0});
        EXPECT_EQ(plan.lcores.size(), 1u);
        EXPECT_EQ(plan.queues, 1);
        EXPECT_FALSE(plan.spreads);
    }
}

TEST(Plan, FromThreeCpusItIsSplit) {
    const Plan three = plan_for(machine(3));
    EXPECT_EQ(three.layout, Layout::split);
    EXPECT_EQ(cpus(three, Role::rx), Cpus{0});
    EXPECT_EQ(cpus(three, Role::worker), Cpus{1});
    EXPECT_EQ(cpus(three, Role::tx), Cpus{2});
}

TEST(Plan, WithMoreCpusTheFirstIsLeftToTheKernel) {
    const Plan four = plan_for(machine(4));
    EXPECT_EQ(cpus(four, Role::rx), Cpus{1});
    EXPECT_EQ(cpus(four, Role::worker), Cpus{2});
    EXPECT_EQ(cpus(four, Role::tx), Cpus{3});
    const Plan eight = plan_for(machine(8));
    EXPECT_EQ(cpus(eight, Role::rx), Cpus{1});
    EXPECT_EQ(cpus(eight, Role::worker), (Cpus{2, 3, 4, 5, 6}));
    EXPECT_EQ(cpus(eight, Role::tx), Cpus{7});
}

TEST(Plan, TheLayoutMayBeGivenAlone) {
    EXPECT_EQ(plan_for(machine(8), R"({"cores": {"layout": "fused"}})").of(Role::fused).size(), 1u);
    for (const unsigned count : {1u, 2u}) {
        const Plan split = plan_for(machine(count), R"({"cores": {"layout": "split"}})");
        EXPECT_EQ(split.workers(), 2u);
        EXPECT_EQ(split.of(Role::rx).size(), 1u);
        EXPECT_EQ(split.of(Role::tx).size(), 1u);
    }
}

TEST(Plan, GivenCoresAreTaken) {
    const Plan split = plan_for(machine(8), R"({"cores": {"rx": [4], "workers": [5, 2], "tx": [7]}})");
    EXPECT_EQ(split.layout, Layout::split);
    EXPECT_EQ(cpus(split, Role::rx), Cpus{4});
    EXPECT_EQ(cpus(split, Role::worker), (Cpus{5, 2}));
    EXPECT_EQ(cpus(split, Role::tx), Cpus{7});
    const Plan fused = plan_for(machine(8), R"({"cores": {"workers": [6]}})");
    EXPECT_EQ(fused.layout, Layout::fused);
    EXPECT_EQ(cpus(fused, Role::fused), Cpus{6});
}

TEST(Plan, LcoresAreNumberedFromOneAndIndexedByRole) {
    const Plan plan = plan_for(machine(8), R"({"cores": {"rx": [1, 2], "workers": [3, 4, 5], "tx": [6, 7]}})");
    std::map<Role, unsigned> next;
    for (size_t i = 0; i < plan.lcores.size(); ++i) {
        EXPECT_EQ(plan.lcores[i].number, i + 1);  // 0 is the control thread
        EXPECT_EQ(plan.lcores[i].index, next[plan.lcores[i].role]++);
    }
    EXPECT_EQ(plan.workers(), 3u);
}

TEST(Plan, WhoSharesACpuYieldsAlwaysWhoIsAloneOnAnIsolatedOneNever) {
    Machine some = machine(4);
    some.cpus[2].isolated = some.cpus[3].isolated = true;
    const Plan plan = plan_for(some, R"({"cores": {"rx": [1], "workers": [2, 3], "tx": [3]}})");
    EXPECT_EQ(plan.of(Role::rx)[0]->yields, Yields::when_idle) << "alone, but the kernel may want the CPU";
    EXPECT_EQ(plan.of(Role::worker)[0]->yields, Yields::never) << "alone on an isolated one";
    EXPECT_EQ(plan.of(Role::worker)[1]->yields, Yields::always) << "with tx, isolated or not";
    EXPECT_EQ(plan.of(Role::tx)[0]->yields, Yields::always);
}

TEST(Plan, MemoryIsOnTheNodeOfTheCpu) {
    const Plan plan =
        plan_for(machine(8, 2), R"({"cores": {"rx": [1], "workers": [2, 6], "tx": [7]}})");  // 4..7: node 1
    EXPECT_EQ(plan.nodes, 2u);
    EXPECT_EQ(plan.of(Role::rx)[0]->node, 0u);
    EXPECT_EQ(plan.of(Role::worker)[0]->node, 0u);
    EXPECT_EQ(plan.of(Role::worker)[1]->node, 1u);
    EXPECT_EQ(plan.of(Role::tx)[0]->node, 1u);
    for (size_t i = 0; i < plan.lcores.size(); ++i) EXPECT_EQ(plan.memory[i].node, plan.lcores[i].node);
    std::map<std::string, std::set<unsigned>> nodes;
    for (const Plan::Memory& item : plan.memory) nodes[item.what].insert(item.node);
    EXPECT_EQ(nodes["frames"], (std::set{0u, 1u}));
    EXPECT_EQ(nodes["policy, two generations"], (std::set{0u, 1u}));
    EXPECT_EQ(plan_for(machine(8, 2), R"({"cores": {"rx": [0], "workers": [1], "tx": [2]}})").nodes, 1u);
}

// Any number of rx, worker and tx cores.
class PlanOfCores : public testing::TestWithParam<std::tuple<unsigned, unsigned, unsigned>> {
 protected:
    static std::string list(unsigned first, unsigned count) {
        std::string text;
        for (unsigned i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + std::to_string(first + i);
        return "[" + text + "]";
    }
    Plan plan() const {
        const auto [rx, workers, tx] = GetParam();
        return plan_for(machine(32), R"({"cores": {"rx": )" + list(0, rx) + R"(, "workers": )" + list(rx, workers) +
                                         R"(, "tx": )" + list(rx + workers, tx) + "}}");
    }
};

TEST_P(PlanOfCores, EveryReceiveQueueIsServedByExactlyOne) {
    const Plan plan = this->plan();
    std::map<std::pair<Side, unsigned>, unsigned> served;
    for (const Plan::Lcore& lcore : plan.lcores) {
        EXPECT_EQ(lcore.receives.empty(), lcore.role != Role::rx) << "an rx core without a queue has nothing to do";
        for (const auto& queue : lcore.receives) ++served[{queue.side, queue.queue}];
    }
    for (const Side side : kBoth)
        for (unsigned queue = 0; queue < plan.queues; ++queue) EXPECT_EQ((served[{side, queue}]), 1u) << queue;
    EXPECT_EQ(served.size(), 2u * plan.queues) << "a queue that is not there";
}

TEST_P(PlanOfCores, NoTwoShareATransmitQueue) {
    const Plan plan = this->plan();
    std::set<std::pair<Side, unsigned>> taken;
    for (const Plan::Lcore& lcore : plan.lcores) {
        EXPECT_EQ(lcore.transmits.empty(), lcore.role != Role::tx);
        std::set<Side> sides;
        for (const auto& queue : lcore.transmits) {
            EXPECT_LT(queue.queue, plan.queues);
            EXPECT_TRUE(taken.insert({queue.side, queue.queue}).second) << "tx " << lcore.index;
            EXPECT_TRUE(sides.insert(queue.side).second) << "two queues of a port: which is a frame's?";
        }
    }
}

TEST_P(PlanOfCores, WhatAWorkerLetsOutHasATxCoreForEitherSide) {
    const Plan plan = this->plan();
    for (unsigned worker = 0; worker < plan.workers(); ++worker) {
        for (const Side side : kBoth) {
            const Plan::Lcore& tx = *plan.of(Role::tx).at(plan.tx_of(worker, side));
            EXPECT_TRUE(std::any_of(tx.transmits.begin(), tx.transmits.end(),
                                    [&](const auto& queue) { return queue.side == side; }));
        }
    }
    // And every tx core has somebody to serve, where there are workers enough.
    std::set<unsigned> used;
    for (unsigned worker = 0; worker < plan.workers(); ++worker)
        for (const Side side : kBoth) used.insert(plan.tx_of(worker, side));
    if (plan.workers() >= plan.of(Role::tx).size()) {
        EXPECT_EQ(used.size(), plan.of(Role::tx).size());
    }
}

TEST_P(PlanOfCores, MemoryIsAskedForEachAndAddsUp) {
    const Plan plan = this->plan();
    ASSERT_EQ(plan.memory.size(), plan.lcores.size() + 2);
    // Reserved are hugepages: an item may end and begin inside one, and DPDK wants some for itself.
    EXPECT_EQ(plan.bytes() % kHugepage, 0u);
    EXPECT_GT(plan.bytes(), asked(plan) + plan.memory.size() * kHugepage);
    EXPECT_LE(plan.bytes(), asked(plan) + plan.memory.size() * 2 * kHugepage + kDpdk);
    for (size_t i = 0; i < plan.lcores.size(); ++i) {
        const Plan::Lcore& lcore = plan.lcores[i];
        EXPECT_EQ(plan.memory[i].what, std::string{name_of(lcore.role)} + ' ' + std::to_string(lcore.index));
        EXPECT_GT(plan.memory[i].bytes, 0u);
    }
    EXPECT_EQ(plan.memory.back().what, "frames");
    EXPECT_EQ(plan.memory.back().bytes, plan.frames * plan.frame_bytes);
    EXPECT_GT(plan.frame_bytes, size_t{RTE_MBUF_DEFAULT_BUF_SIZE});
}

// With all rings and descriptors full there is still an mbuf for each lcore's burst.
TEST_P(PlanOfCores, FramesAreEnoughForAllRings) {
    const auto [rx, workers, tx] = GetParam();
    const Plan plan = this->plan();
    const size_t rings = size_t{rx} * workers + (size_t{workers} + rx) * tx;
    EXPECT_GE(plan.frames, rings * stages::FrameRing::kFrames + plan.lcores.size() * stages::kBurst);
    EXPECT_EQ(plan.frames & (plan.frames + 1), 0u) << "not 2^n - 1, which a mempool holds best";
}

std::string cores_of(const testing::TestParamInfo<PlanOfCores::ParamType>& cores) {
    const auto [rx, workers, tx] = cores.param;
    return std::to_string(rx) + "rx_" + std::to_string(workers) + "workers_" + std::to_string(tx) + "tx";
}
INSTANTIATE_TEST_SUITE_P(, PlanOfCores,
                         testing::Combine(testing::Values(1u, 2u, 3u, 4u), testing::Values(1u, 2u, 5u),
                                          testing::Values(1u, 2u, 3u, 4u)),
                         cores_of);

TEST(Plan, SeveralFusedHaveAQueueEachOfBothPorts) {
    const Plan plan = plan_for(machine(4), R"({"cores": {"workers": [1, 2, 3]}})");
    EXPECT_EQ(plan.queues, 3);
    EXPECT_TRUE(plan.spreads);
    for (unsigned i = 0; i < 3; ++i) {
        const Plan::Lcore& lcore = plan.lcores[i];
        for (const auto* list : {&lcore.receives, &lcore.transmits}) {
            ASSERT_EQ(list->size(), 2u);
            for (const Side side : kBoth) {
                EXPECT_EQ((*list)[index(side)].side, side);
                EXPECT_EQ((*list)[index(side)].queue, i);
            }
        }
    }
}

// Builds on an arena of just the planned size what the appliance builds there.
TEST(Plan, MemoryAskedForIsEnough) {
    const std::string config = R"({"cores": {"rx": [1, 2], "workers": [3, 4], "tx": [5]}, "records": {"blocks": 16}})";
    const Plan plan = plan_for(machine(8), config);
    stages::Generations generations{4, 1};
    const stages::Clock clock{0};
    stages::FrameRing elsewhere;
    for (size_t i = 0; i < plan.lcores.size(); ++i) {
        const Plan::Lcore& lcore = plan.lcores[i];
        Arena arena{plan.memory[i].bytes, SOCKET_ID_ANY};
        const auto turn = make_in<stages::Turn>(arena);
        const stages::Reader reader{generations, 0, 0};
        const std::vector<stages::FrameRing*> rings(4, &elsewhere);
        switch (lcore.role) {
            case Role::rx: {
                const std::vector<stages::Queue> queues(lcore.receives.size());
                const auto rx = make_in<stages::Rx>(arena, queues, rings, std::array{&elsewhere, &elsewhere}, arena);
                (void)make_in<stages::RxLcore>(arena, *rx, reader);
                break;
            }
            case Role::worker: {
                const auto worker = make_in<stages::WorkerState>(arena, uint16_t{0}, 16u, size_t{2}, arena);
                (void)make_in<stages::WorkerLcore>(arena, worker->worker, reader, clock, rings,
                                                   std::array{&elsewhere, &elsewhere}, arena);
                break;
            }
            case Role::tx: {
                (void)make_in<stages::Rings>(arena, size_t{4}, arena);
                const auto tx = make_in<stages::Tx>(arena, std::array<stages::Queue, kSides>{}, rings, arena);
                (void)make_in<stages::TxLcore>(arena, *tx);
                break;
            }
            case Role::fused:
                FAIL();
        }
        EXPECT_LE(arena.used(), arena.size());
        EXPECT_GT(arena.used() + (256 << 10), arena.size()) << "far more is asked for than is needed";
    }
}

TEST(Plan, MoreBlocksAndLongerListsAskForMore) {
    const auto bytes = [](const std::string& config) { return asked(plan_for(machine(2), config)); };
    EXPECT_EQ(bytes(R"({"records": {"blocks": 20}})") - bytes(R"({"records": {"blocks": 10}})"),
              10 * sizeof(record::Block));
    EXPECT_GT(bytes(R"({"blocklist": {"macs": ["00:1b:54:aa:00:01"]}})"), bytes("{}"));
    EXPECT_GT(bytes(R"({"blocklist": {"prefixes": ["10.0.0.0/8"]}})"), bytes("{}"));
}

TEST(Plan, IsPure) {
    const std::string config = R"({"cores": {"rx": [1, 2], "workers": [3, 4], "tx": [5, 3]}})";
    const Plan first = plan_for(machine(8, 2), config), second = plan_for(machine(8, 2), config);
    EXPECT_EQ(describe(first), describe(second));
    EXPECT_EQ(first.frames, second.frames);
    ASSERT_EQ(first.memory.size(), second.memory.size());
    for (size_t i = 0; i < first.memory.size(); ++i) EXPECT_EQ(first.memory[i].bytes, second.memory[i].bytes);
}

TEST(Plan, IsDescribed) {
    using Lcore = Plan::Lcore;
    Plan plan;
    plan.layout = Layout::split;
    plan.nodes = 2;
    plan.lcores = {Lcore{.number = 1,
                         .cpu = 1,
                         .node = 0,
                         .role = Role::rx,
                         .index = 0,
                         .yields = Yields::when_idle,
                         .receives = {{Side::external, 0}, {Side::internal, 0}},
                         .transmits = {}},
                   Lcore{.number = 2,
                         .cpu = 2,
                         .node = 1,
                         .role = Role::worker,
                         .index = 0,
                         .yields = Yields::never,
                         .receives = {},
                         .transmits = {}},
                   Lcore{.number = 3,
                         .cpu = 3,
                         .node = 1,
                         .role = Role::tx,
                         .index = 0,
                         .yields = Yields::always,
                         .receives = {},
                         .transmits = {{Side::external, 0}, {Side::internal, 0}}}};
    plan.memory = {{"rx 0", 1024, 0}, {"worker 0", 3 << 20, 1}, {"tx 0", 1025, 1}, {"frames", 1 << 20, 0}};
    EXPECT_EQ(describe(plan),
              "layout      split: cores of their own for rx, workers and tx, rings between them\n"
              "            CPU 1: rx 0, receives external 0 internal 0, yields when idle, memory on node 0\n"
              "            CPU 2: worker 0, spins, memory on node 1\n"
              "            CPU 3: tx 0, transmits external 0 internal 0, shares its CPU: yields after every burst, "
              "memory on node 1\n"
              "memory      50 MB to reserve, DPDK's own in it\n"
              "            node 0: rx 0: 1 KB\n"
              "            node 1: worker 0: 3072 KB\n"
              "            node 1: tx 0: 2 KB\n"
              "            node 0: frames: 1024 KB\n");
}

}  // namespace
}  // namespace snmpgate::app

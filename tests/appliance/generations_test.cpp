#include "stages/generations.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace snmpgate::stages {
namespace {

using namespace std::chrono_literals;

// A policy that shows whether it is whole: its generation is in it twice, and no longer once it is gone.
struct Marked : Policy {
    explicit Marked(uint64_t number) : again(number) {
        generation = number;
        ++alive;
    }
    ~Marked() {
        generation = ~uint64_t{0};
        again = 0;
        --alive;
    }
    Marked(const Marked&) = delete;
    Marked& operator=(const Marked&) = delete;

    static bool is_whole(const Policy& policy) { return policy.generation == static_cast<const Marked&>(policy).again; }

    uint64_t again;
    static inline int alive = 0;  // control thread
};

class GenerationsTest : public testing::Test {
 protected:
    ~GenerationsTest() override { EXPECT_EQ(Marked::alive, 0) << "a policy leaked"; }

    // Publishes a new policy on one node, and keeps an eye on it.
    static std::weak_ptr<const Policy> publish(Generations& generations, uint64_t number, bool adopted_by_all) {
        auto policy = std::make_shared<const Marked>(number);
        std::weak_ptr<const Policy> watched = policy;
        EXPECT_EQ(generations.publish({std::move(policy)}, 1ms), adopted_by_all) << "generation " << number;
        return watched;
    }
};

TEST_F(GenerationsTest, AreAdoptedWhole) {
    Generations generations{1, 1};
    publish(generations, 1, true);
    Reader reader{generations, 0, 0};
    reader.enter();
    EXPECT_EQ(reader.adopt().generation, 1u);
    publish(generations, 2, false);
    EXPECT_EQ(reader.adopt().generation, 2u);
    reader.leave();
}

TEST_F(GenerationsTest, WhatAReaderMayStillUseStays) {
    Generations generations{1, 1};
    Reader reader{generations, 0, 0};
    const auto first = publish(generations, 1, true);
    reader.enter();
    const Policy& used = reader.adopt();
    const auto second = publish(generations, 2, false);
    EXPECT_FALSE(first.expired());
    EXPECT_TRUE(Marked::is_whole(used));
    generations.reclaim();
    EXPECT_FALSE(first.expired()) << "it has not adopted the second yet";

    EXPECT_EQ(reader.adopt().generation, 2u);
    generations.reclaim();
    EXPECT_TRUE(first.expired());
    EXPECT_FALSE(second.expired());
    reader.leave();
}

TEST_F(GenerationsTest, ASlowReaderHoldsAllSinceItsOwn) {
    Generations generations{1, 1};
    Reader reader{generations, 0, 0};
    const auto first = publish(generations, 1, true);
    reader.enter();
    (void)reader.adopt();
    const auto second = publish(generations, 2, false), third = publish(generations, 3, false);
    EXPECT_FALSE(first.expired());
    EXPECT_EQ(reader.adopt().generation, 3u);
    generations.reclaim();
    EXPECT_TRUE(first.expired());
    EXPECT_TRUE(second.expired());
    EXPECT_FALSE(third.expired());
    reader.leave();
}

TEST_F(GenerationsTest, TheSlowerOfTwoReadersCounts) {
    Generations generations{2, 1};
    Reader quick{generations, 0, 0}, slow{generations, 1, 0};
    const auto first = publish(generations, 1, true);
    quick.enter();
    slow.enter();
    (void)quick.adopt();
    const Policy& used = slow.adopt();
    publish(generations, 2, false);
    EXPECT_EQ(quick.adopt().generation, 2u);
    generations.reclaim();
    EXPECT_FALSE(first.expired());
    EXPECT_TRUE(Marked::is_whole(used));
    EXPECT_EQ(slow.adopt().generation, 2u);
    generations.reclaim();
    EXPECT_TRUE(first.expired());
    quick.leave();
    slow.leave();
}

TEST_F(GenerationsTest, WhoHasLeftIsNotWaitedFor) {
    Generations generations{2, 1};
    Reader stays{generations, 0, 0}, leaves{generations, 1, 0};
    const auto first = publish(generations, 1, true);
    stays.enter();
    leaves.enter();
    (void)stays.adopt();
    (void)leaves.adopt();
    const auto second = publish(generations, 2, false);
    (void)stays.adopt();
    leaves.leave();
    generations.reclaim();
    EXPECT_TRUE(first.expired());
    stays.leave();
    publish(generations, 3, true);
    EXPECT_TRUE(second.expired()) << "nobody reads";
}

TEST_F(GenerationsTest, EachNodeHasItsOwnCopy) {
    Generations generations{2, 2};
    Reader here{generations, 0, 0}, there{generations, 1, 1};
    EXPECT_TRUE(generations.publish({std::make_shared<const Marked>(10), std::make_shared<const Marked>(11)}, 1ms));
    here.enter();
    there.enter();
    EXPECT_EQ(here.adopt().generation, 10u);
    EXPECT_EQ(there.adopt().generation, 11u);
    here.leave();
    there.leave();
}

// A reader in a thread of its own, as an lcore is.
TEST_F(GenerationsTest, AThousandUnderAReaderThatNeverRests) {
    constexpr uint64_t kPolicies = 1000;
    Generations generations{1, 1};
    publish(generations, 1, true);
    std::atomic<bool> entered{false}, stop{false};
    uint64_t torn = 0, backwards = 0, last = 0;
    std::thread lcore{[&] {
        Reader reader{generations, 0, 0};
        reader.enter();
        entered = true;
        while (!stop.load(std::memory_order_relaxed)) {
            const Policy& policy = reader.adopt();
            for (int burst = 0; burst < 4; ++burst) torn += Marked::is_whole(policy) ? 0u : 1u;
            backwards += policy.generation < last ? 1u : 0u;
            last = policy.generation;
        }
        reader.leave();
    }};
    while (!entered) std::this_thread::yield();
    for (uint64_t number = 2; number <= kPolicies; ++number)
        EXPECT_TRUE(generations.publish({std::make_shared<const Marked>(number)}, 60s));
    EXPECT_EQ(Marked::alive, 1) << "what was adopted by all is freed at once";
    stop = true;
    lcore.join();
    EXPECT_EQ(torn, 0u);
    EXPECT_EQ(backwards, 0u);
    EXPECT_EQ(last, kPolicies);
}

}  // namespace
}  // namespace snmpgate::stages

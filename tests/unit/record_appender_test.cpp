#include <deque>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "record/appender.hpp"

namespace snmpgate::record {
namespace {

constexpr uint64_t kStart = 1'700'000'000'000'000'000;  // ns since 1970
constexpr uint64_t kMs = 1'000'000, kSecond = 1'000'000'000;

// Hands out `free` blocks and keeps those it is given.
struct Exchange {
    size_t free = 1000;
    std::deque<Block> blocks;
    std::vector<const Block*> given;

    Block* take() {
        if (free == 0) return nullptr;
        --free;
        return &blocks.emplace_back();
    }
    void give(Block* block) { given.push_back(block); }
};

class AppenderTest : public testing::Test {
 protected:
    Exchange exchange;
    Appender<Exchange> appender{exchange, 7};

    bool append(uint64_t now) {
        Record* record = appender.append(now);
        appender.complete();
        return record != nullptr;
    }
    const Block& given(size_t i) const { return *exchange.given.at(i); }
    uint64_t tick(size_t i) const { return given(i).header.tick.host(); }
    size_t count(size_t i) const { return given(i).header.count.host(); }
    // A whole block, all at one moment.
    void fill(uint64_t now) {
        for (size_t i = 0; i < kBlockRecords; ++i) append(now);
    }
};

TEST_F(AppenderTest, TheHeaderIsThatOfTheFirstRecord) {
    append(kStart);
    append(kStart + 3 * kMs);
    appender.close();
    ASSERT_EQ(exchange.given.size(), 1u);
    const BlockHeader& header = given(0).header;
    EXPECT_EQ(header.magic, kMagic);
    EXPECT_EQ(header.worker.host(), 7);
    EXPECT_EQ(header.base_time.host(), kStart);
    EXPECT_EQ(header.base_number.host(), 0u);
    EXPECT_EQ(count(0), 2u);
}

// Exact to the tick: for every record, base + time × tick ≤ when it was < base + (time + 1) × tick.
TEST_F(AppenderTest, TimeIsExactToTheTickAndNumberExact) {
    std::vector<uint64_t> times;
    uint64_t now = kStart;
    for (uint64_t i = 0; i < 5000; ++i) {
        now += i % 700 == 0 ? 400 * kMs : i * 7919 % 97 * 1000;
        times.push_back(now);
        ASSERT_TRUE(append(now));
    }
    appender.close();
    size_t number = 0;
    for (const Block* block : exchange.given) {
        const uint64_t base = block->header.base_time.host(), length = block->header.tick.host();
        for (size_t i = 0; i < block->header.count.host(); ++i, ++number) {
            const Record& record = block->records[i];
            const uint64_t least = base + record.time * length;
            ASSERT_GE(times[number], least);
            ASSERT_LT(times[number], least + length);
            ASSERT_EQ(block->header.base_number.host() + record.number, number);
        }
    }
    EXPECT_EQ(number, times.size());
    EXPECT_GT(exchange.given.size(), 5000 / kBlockRecords) << "some blocks ended by time";
}

TEST_F(AppenderTest, ATimeThatFitsNoByteOpensABlockAndDoublesTheTick) {
    const uint64_t first = uint64_t{1} << Appender<Exchange>::kFirstTickShift;
    append(kStart);
    append(kStart + 256 * first - 1);
    EXPECT_TRUE(exchange.given.empty()) << "255 ticks fit";
    append(kStart + 256 * first);
    ASSERT_EQ(exchange.given.size(), 1u) << "256 do not";
    EXPECT_EQ(given(0).records[1].time, 255);
    appender.close();
    EXPECT_EQ(tick(0), first);
    EXPECT_EQ(tick(1), 2 * first);
    EXPECT_EQ(given(1).header.base_time.host(), kStart + 256 * first);
    EXPECT_EQ(given(1).header.base_number.host(), 2u);
    EXPECT_EQ(given(1).records[0].time, 0);
    EXPECT_EQ(given(1).records[0].number, 0);
}

TEST_F(AppenderTest, AFullBlockIsHandedOnAtOnceAndHalvesTheTick) {
    for (size_t i = 0; i < kBlockRecords - 1; ++i) append(kStart);
    EXPECT_TRUE(exchange.given.empty());
    append(kStart);
    ASSERT_EQ(exchange.given.size(), 1u);
    EXPECT_EQ(count(0), 255u);
    EXPECT_EQ(given(0).records[254].number, 254);
    append(kStart);
    appender.close();
    EXPECT_EQ(tick(1), tick(0) / 2);
    EXPECT_EQ(given(1).header.base_number.host(), 255u);
}

TEST_F(AppenderTest, TheTickStaysWithinItsBounds) {
    for (int i = 0; i < 40; ++i) fill(kStart);
    append(kStart);
    appender.close();
    EXPECT_EQ(tick(40), uint64_t{1} << Appender<Exchange>::kLeastTickShift);
    uint64_t now = kStart;
    for (int i = 0; i < 40; ++i) append(now += 2 * kSecond);
    appender.close();
    EXPECT_EQ(tick(exchange.given.size() - 1), uint64_t{1} << Appender<Exchange>::kMostTickShift);
}

// 255 ticks of the longest outlast the flush, so an idle link's records wait a second and no longer.
TEST_F(AppenderTest, APartialBlockIsHandedOnAfterASecond) {
    append(kStart);
    appender.flush(kStart + kSecond - 1);
    EXPECT_TRUE(exchange.given.empty());
    appender.flush(kStart + kSecond);
    ASSERT_EQ(exchange.given.size(), 1u);
    EXPECT_EQ(count(0), 1u);
    appender.flush(kStart + 5 * kSecond);
    EXPECT_EQ(exchange.given.size(), 1u) << "nothing to hand on";
    append(kStart + 5 * kSecond);
    appender.close();
    EXPECT_EQ(tick(1), tick(0)) << "a flush says nothing about the tick";
    EXPECT_EQ(given(1).header.base_number.host(), 1u);
}

// A gap in the numbers proves a loss: the number of a lost record is never given to another.
TEST_F(AppenderTest, WhereNoBlockIsFreeTheRecordIsLostAndLeavesAGap) {
    exchange.free = 1;
    fill(kStart);
    EXPECT_FALSE(append(kStart + 1));
    EXPECT_FALSE(append(kStart + 2));
    EXPECT_EQ(appender.lost(), 2u);
    exchange.free = 1;
    EXPECT_TRUE(append(kStart + 3));
    appender.close();
    EXPECT_EQ(given(0).header.base_number.host(), 0u);
    EXPECT_EQ(given(1).header.base_number.host(), 257u);
    EXPECT_EQ(appender.wanted(), 258u);
    EXPECT_EQ(appender.lost(), 2u);
}

TEST_F(AppenderTest, ARecordOfAReusedBlockHoldsNothingOld) {
    Block reused;
    reused.records[0].rule = wire::be16{0xFFFF};
    reused.header.reserved[3] = 1;
    struct One {
        Block* block;
        Block* take() { return block; }
        void give(Block*) {}
    } one{&reused};
    Appender<One> again{one, 1};
    Record* record = again.append(kStart);
    ASSERT_NE(record, nullptr);
    EXPECT_EQ(*record, Record{});
    EXPECT_EQ(reused.header.reserved[3], 0);
}

TEST_F(AppenderTest, CloseOfNothingHandsOnNothing) {
    appender.close();
    appender.flush(kStart);
    EXPECT_TRUE(exchange.given.empty());
}

}  // namespace
}  // namespace snmpgate::record

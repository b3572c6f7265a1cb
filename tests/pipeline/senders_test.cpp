#include "observe/senders.hpp"

#include <gtest/gtest.h>

#include "observe/facts.hpp"

namespace snmpgate::observe {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr wire::Mac kAlice{{2, 0, 0, 0, 0, 1}};
constexpr wire::Mac kBob{{2, 0, 0, 0, 0, 2}};

uint32_t count_at(Senders& senders, uint64_t now, wire::Mac sender, int frames = 1) {
    senders.begin(now);
    uint32_t count = 0;
    for (int i = 0; i < frames; ++i) count = senders.count(sender);
    return count;
}

TEST(Senders, CountsEachSenderForItself) {
    Senders senders;
    EXPECT_EQ(count_at(senders, 7 * kSecond, kAlice, 12), 12u);
    EXPECT_EQ(count_at(senders, 7 * kSecond, kBob), 1u);
    EXPECT_EQ(count_at(senders, 7 * kSecond, kAlice), 13u);
}

TEST(Senders, TheSecondSlides) {
    Senders senders;
    count_at(senders, 7 * kSecond, kAlice, 12);
    EXPECT_EQ(count_at(senders, 8 * kSecond + kSecond / 4, kAlice, 3), 12u) << "3 and three quarters of 12";
    Senders later;
    count_at(later, 7 * kSecond, kAlice, 12);
    EXPECT_EQ(count_at(later, 9 * kSecond, kAlice), 1u) << "the second before was silent";
}

// A flood of forged senders: memory stays, and a sender that keeps talking is not forgotten.
TEST(Senders, AFloodEvictsTheSilent) {
    Senders senders{1};
    count_at(senders, 1 * kSecond, kAlice);
    for (uint8_t i = 10; i < 13; ++i) count_at(senders, 2 * kSecond, wire::Mac{{2, 0, 0, 0, 0, i}});
    EXPECT_EQ(count_at(senders, 2 * kSecond, kBob), 1u) << "takes Alice's place";
    EXPECT_EQ(count_at(senders, 2 * kSecond, wire::Mac{{2, 0, 0, 0, 0, 10}}), 2u) << "still known";
}

TEST(Facts, BitsOfTheRecord) {
    Facts facts;
    EXPECT_EQ(facts.bits(), 0);
    facts.announcement = true;
    facts.frames_log2 = log2_of(13);
    EXPECT_EQ(facts.bits(), 1 << 6 | 3 << 8);
}

TEST(Facts, Log2IsFlooredAndSaturates) {
    EXPECT_EQ(log2_of(0), 0);
    EXPECT_EQ(log2_of(1), 0);
    EXPECT_EQ(log2_of(2), 1);
    EXPECT_EQ(log2_of(3), 1);
    EXPECT_EQ(log2_of(4), 2);
    EXPECT_EQ(log2_of(1u << 15), 15);
    EXPECT_EQ(log2_of(~0u), 15);
}

}  // namespace
}  // namespace snmpgate::observe

#include "translate/splice.hpp"

#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "support/bytes.hpp"

namespace snmpgate::translate {
namespace {

using test::Bytes;

// The plain way: the checksum of all bytes, its own place counted as zero.
uint16_t recomputed(Bytes bytes, size_t at) {
    bytes[at] = bytes[at + 1] = 0;
    return test::internet_checksum(bytes);
}

uint16_t word(const Bytes& bytes, size_t at) { return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]); }

TEST(Plan, ChangesBytesAndTheChecksumAroundThem) {
    Bytes frame(40, 0x11);
    frame[12] = 0x00;
    const uint16_t right = recomputed(Bytes(frame.begin() + 4, frame.end()), 6);
    frame[10] = static_cast<uint8_t>(right >> 8);
    frame[11] = static_cast<uint8_t>(right);
    Plan plan;
    const uint8_t fresh[] = {1, 2, 3, 4};
    ASSERT_TRUE(plan.add(21, 4, fresh));
    plan.add({10, 4, 40, 0, 0, false});
    plan.apply(frame);
    EXPECT_EQ(Bytes(frame.begin() + 20, frame.begin() + 26), (Bytes{0x11, 1, 2, 3, 4, 0x11}));
    EXPECT_EQ(word(frame, 10), recomputed(Bytes(frame.begin() + 4, frame.end()), 6));
    EXPECT_TRUE(plan.empty());
}

// 100,000 random frames: splices of every parity inside two nested checksums, both of them right before and after; and
// the way back gives the first bytes.
TEST(Plan, IncrementalEqualsRecomputedAndInverts) {
    std::mt19937 random{2962};
    const auto below = [&](uint32_t limit) { return static_cast<uint32_t>(random() % limit); };
    for (int round = 0; round < 100'000; ++round) {
        Bytes frame(48 + below(32));
        for (uint8_t& byte : frame) byte = static_cast<uint8_t>(random());
        if (below(4) == 0) std::fill(frame.begin() + 30, frame.end(), below(2) == 0 ? 0x00 : 0xFF);
        const uint32_t outer = below(8), inner = outer + 10 + below(2);
        const auto end = static_cast<uint32_t>(frame.size());
        const auto set = [&](uint32_t begin, size_t at) {
            const uint16_t right = recomputed(Bytes(frame.begin() + begin, frame.end()), at - begin);
            frame[at] = static_cast<uint8_t>(right >> 8);
            frame[at + 1] = static_cast<uint8_t>(right);
        };
        const size_t inner_at = inner + 2, outer_at = outer + 4;
        set(inner, inner_at);
        set(outer, outer_at);
        const Bytes original = frame;

        const auto change = [&](const std::vector<std::pair<size_t, Bytes>>& changes) {
            Plan plan;
            for (const auto& [at, fresh] : changes) ASSERT_TRUE(plan.add(at, fresh.size(), fresh));
            plan.add({static_cast<uint16_t>(inner_at), inner, end, 0, 0, false});
            plan.add({static_cast<uint16_t>(outer_at), outer, end, 0, 0, false});
            plan.apply(frame);
        };
        std::vector<std::pair<size_t, Bytes>> there, back;
        for (size_t at = inner + 6 + below(3); at + 4 <= frame.size(); at += 4 + below(6)) {
            Bytes fresh(1 + below(4));
            for (uint8_t& byte : fresh) byte = static_cast<uint8_t>(random());
            back.emplace_back(
                at, Bytes(frame.begin() + static_cast<long>(at), frame.begin() + static_cast<long>(at + fresh.size())));
            there.emplace_back(at, fresh);
        }
        change(there);
        ASSERT_EQ(word(frame, inner_at), recomputed(Bytes(frame.begin() + inner, frame.end()), inner_at - inner));
        ASSERT_EQ(word(frame, outer_at), recomputed(Bytes(frame.begin() + outer, frame.end()), outer_at - outer));
        change(back);
        ASSERT_EQ(frame, original) << "round " << round;
    }
}

TEST(Plan, AWrongChecksumStaysWrongByTheSameAmount) {
    Bytes frame(24, 0x22);
    const auto off_by = [&] { return static_cast<uint16_t>(word(frame, 0) - recomputed(frame, 0)); };
    frame[0] = 0x40;  // not what recomputed() says
    const uint16_t before = off_by();
    ASSERT_NE(before, 0);
    Plan plan;
    const uint8_t fresh[] = {0x23, 0x24};
    ASSERT_TRUE(plan.add(8, 2, fresh));
    plan.add({0, 0, 24, 0, 0, false});
    plan.apply(frame);
    EXPECT_EQ(off_by(), before);
}

// RFC 768: 0 means none and stays; a computed 0 is sent as 0xFFFF.
TEST(Plan, OptionalChecksum) {
    const auto after = [](uint16_t checksum, bool optional) {
        Bytes frame = {static_cast<uint8_t>(checksum >> 8), static_cast<uint8_t>(checksum), 0x00, 0x01};
        Plan plan;
        const uint8_t fresh[] = {0xFF, 0xFF};  // makes the sum 0xFFFF, and the checksum 0
        EXPECT_TRUE(plan.add(2, 2, fresh));
        plan.add({0, 0, 4, 0, 0, optional});
        plan.apply(frame);
        return word(frame, 0);
    };
    EXPECT_EQ(after(0x0000, true), 0x0000);
    EXPECT_EQ(after(0xFFFE, true), 0xFFFF);
    EXPECT_EQ(after(0xFFFE, false), 0x0000);
}

TEST(Plan, RefusesWhatHasNoRoomAndForgetsWhatIsTakenBack) {
    const auto plan = std::make_unique<Plan>();
    const uint8_t fresh[] = {1};
    for (size_t i = 0; i < Plan::kMaxSplices; ++i) ASSERT_TRUE(plan->add(0, 1, fresh));
    EXPECT_FALSE(plan->add(0, 1, fresh));
    plan->shrink(0);
    EXPECT_TRUE(plan->empty());
}

}  // namespace
}  // namespace snmpgate::translate

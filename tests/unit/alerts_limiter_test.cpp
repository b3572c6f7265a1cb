#include <map>
#include <random>
#include <tuple>

#include "alerts/limiter.hpp"
#include "alerts_fixture.hpp"

namespace snmpgate::app {
namespace {

constexpr AlertLimit kTwoAMinute{2, 60};

uint32_t source_of(const Summary& summary) { return summary.sample.sender_ip.host() - 0x0A010000; }

uint64_t suppressed(const std::vector<Summary>& summaries) {
    uint64_t sum = 0;
    for (const Summary& summary : summaries) sum += summary.suppressed;
    return sum;
}

TEST(Limiter, TheFirstAreWrittenTheRestIsASummary) {
    Limiter limiter{kTwoAMinute};
    EXPECT_TRUE(limiter.admit(discard(1), kStart));
    EXPECT_TRUE(limiter.admit(discard(1), kStart + kSecond));
    for (const uint64_t at : {2, 3, 59}) EXPECT_FALSE(limiter.admit(discard(1), kStart + at * kSecond)) << at;
    limiter.advance(kStart + 60 * kSecond - 1);
    EXPECT_TRUE(limiter.take_due().empty());
    limiter.advance(kStart + 60 * kSecond);
    const std::vector<Summary> due = limiter.take_due();
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].suppressed, 3u);
    EXPECT_EQ(due[0].first, kStart + 2 * kSecond);
    EXPECT_EQ(due[0].last, kStart + 59 * kSecond);
    EXPECT_EQ(due[0].sample, discard(1));
    EXPECT_FALSE(due[0].others);
    EXPECT_TRUE(limiter.take_due().empty()) << "once";
}

TEST(Limiter, AnAlertEndsTheWindowsBeforeItAndOpensTheNext) {
    Limiter limiter{kTwoAMinute};
    for (int i = 0; i < 3; ++i) static_cast<void>(limiter.admit(discard(1), kStart));
    EXPECT_TRUE(limiter.admit(discard(1), kStart + 67 * kSecond));
    EXPECT_EQ(suppressed(limiter.take_due()), 1u);
    EXPECT_TRUE(limiter.admit(discard(1), kStart + 68 * kSecond));
    EXPECT_FALSE(limiter.admit(discard(1), kStart + 126 * kSecond)) << "the window began at 67 s";
    EXPECT_TRUE(limiter.admit(discard(1), kStart + 127 * kSecond));
}

TEST(Limiter, WithoutSuppressedAlertsThereIsNoSummary) {
    Limiter limiter{kTwoAMinute};
    EXPECT_TRUE(limiter.admit(discard(1), kStart));
    limiter.advance(kStart + 1000 * kSecond);
    EXPECT_TRUE(limiter.take_due().empty());
    EXPECT_EQ(limiter.windows(), 0u);
}

TEST(Limiter, CountZeroIsNoLimit) {
    Limiter limiter{{0, 60}};
    for (uint32_t i = 0; i < 20'000; ++i) ASSERT_TRUE(limiter.admit(discard(1), kStart));
    EXPECT_EQ(limiter.windows(), 0u);
    limiter.end();
    EXPECT_TRUE(limiter.take_due().empty());
}

TEST(Limiter, ReasonActionMacAndAddressEachMakeAnother) {
    record::Record other_mac = discard(1), other_ip = discard(1), monitored = discard(1);
    other_mac.source = {{2, 0, 0, 0, 0, 99}};
    other_ip.sender_ip = wire::Ipv4{1};
    monitored.verdict |= record::Record::kMonitor;
    record::Record other_target = discard(1);
    other_target.target_ip = wire::Ipv4{1};
    Limiter limiter{{1, 60}};
    EXPECT_TRUE(limiter.admit(discard(1), kStart));
    for (const record::Record& record : {other_mac, other_ip, monitored, discard(1, Reason::blocked_prefix)})
        EXPECT_TRUE(limiter.admit(record, kStart));
    EXPECT_FALSE(limiter.admit(other_target, kStart)) << "the target is not the source";
}

// Workers' blocks arrive in turn, so a record may be older than the window.
TEST(Limiter, ARecordFromBeforeTheWindowCountsInIt) {
    Limiter limiter{{1, 60}};
    EXPECT_TRUE(limiter.admit(discard(1), kStart));
    EXPECT_FALSE(limiter.admit(discard(1), kStart + kSecond));
    EXPECT_FALSE(limiter.admit(discard(1), kStart - kSecond));
    limiter.end();
    const std::vector<Summary> due = limiter.take_due();
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].first, kStart - kSecond);
    EXPECT_EQ(due[0].last, kStart + kSecond);
}

TEST(Limiter, TimeNeverGoesBack) {
    Limiter limiter{{1, 60}};
    limiter.advance(kStart + 100 * kSecond);
    EXPECT_TRUE(limiter.admit(discard(1), kStart));
    EXPECT_FALSE(limiter.admit(discard(1), kStart + 159 * kSecond)) << "its window is open until 160 s";
    EXPECT_TRUE(limiter.admit(discard(1), kStart + 160 * kSecond));
}

TEST(Limiter, SummariesComeInTheOrderTheirWindowsOpened) {
    Limiter limiter{{1, 60}};
    std::vector<uint32_t> opened;
    for (uint32_t i = 0; i < 500; ++i) opened.push_back(i * 2654435761u % 100'000);
    for (const uint32_t source : opened) static_cast<void>(limiter.admit(discard(source), kStart));
    for (uint32_t i = 500; i-- > 0;) EXPECT_FALSE(limiter.admit(discard(opened[i]), kStart));
    limiter.end();
    std::vector<uint32_t> ended;
    for (const Summary& summary : limiter.take_due()) ended.push_back(source_of(summary));
    EXPECT_EQ(ended, opened);
}

// The worked example, with fewer frames: lines and windows do not depend on how many there are.
TEST(Limiter, AFloodOfForgedSourcesIsBounded) {
    Limiter limiter{{10, 60}};
    constexpr uint32_t kFrames = 100'000;
    uint64_t written = 0;
    for (uint32_t i = 0; i < kFrames; ++i) written += limiter.admit(discard(i), kStart + i) ? 1 : 0;
    EXPECT_EQ(written, 1000u);
    EXPECT_EQ(limiter.windows(), 1025u);
    limiter.end();
    const std::vector<Summary> due = limiter.take_due();
    ASSERT_EQ(due.size(), 25u);
    for (uint32_t i = 0; i < 24; ++i) {
        EXPECT_EQ(source_of(due[i]), 1000 + i);
        EXPECT_EQ(due[i].suppressed, 1u);
    }
    EXPECT_TRUE(due[24].others);
    EXPECT_EQ(due[24].suppressed, kFrames - 1024);
    EXPECT_EQ(due[24].first, kStart + 1024);
    EXPECT_EQ(due[24].last, kStart + kFrames - 1);
}

TEST(Limiter, AFloodOfOneReasonLeavesTheOthersTheirWindows) {
    Limiter limiter{{10, 60}};
    for (uint32_t i = 0; i < 10'000; ++i) static_cast<void>(limiter.admit(discard(i), kStart));
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.admit(discard(7, Reason::blocked_prefix), kStart));
    EXPECT_FALSE(limiter.admit(discard(7, Reason::blocked_prefix), kStart));
    limiter.end();
    const Summary last = limiter.take_due().back();
    EXPECT_EQ(last.sample, discard(7, Reason::blocked_prefix));
    EXPECT_FALSE(last.others);
}

TEST(Limiter, AllReasonsTogetherAreBounded) {
    Limiter limiter{{1, 60}};
    uint64_t written = 0;
    for (const ReasonName& entry : kReasons)
        for (uint32_t i = 0; i < 2000; ++i) written += limiter.admit(discard(i, entry.reason), kStart) ? 1 : 0;
    EXPECT_LE(limiter.windows(), Limiter::kSources + kReasons.size());
    EXPECT_LE(written, kReasons.size() * Limiter::kReasonLines);
    limiter.end();
    EXPECT_EQ(suppressed(limiter.take_due()) + written, kReasons.size() * 2000);
}

TEST(Limiter, AfterAFloodThereIsRoomAgain) {
    Limiter limiter{{10, 60}};
    for (uint32_t i = 0; i < 10'000; ++i) static_cast<void>(limiter.admit(discard(i), kStart));
    limiter.advance(kStart + 60 * kSecond);
    EXPECT_EQ(limiter.windows(), 0u);
    static_cast<void>(limiter.take_due());
    for (uint32_t i = 0; i < 1024; ++i) EXPECT_EQ(limiter.admit(discard(i), kStart + 60 * kSecond), i < 1000) << i;
    limiter.end();
    for (const Summary& summary : limiter.take_due()) EXPECT_FALSE(summary.others);
}

TEST(Limiter, ASummaryPutBackJoinsWhatIsSuppressedMeanwhile) {
    Limiter limiter{{1, 60}};
    for (int i = 0; i < 3; ++i) static_cast<void>(limiter.admit(discard(1), kStart));
    limiter.end();
    for (const Summary& summary : limiter.take_due()) limiter.put_back(summary);
    EXPECT_TRUE(limiter.admit(discard(1), kStart + kSecond)) << "the window is new";
    EXPECT_FALSE(limiter.admit(discard(1), kStart + 2 * kSecond));
    EXPECT_TRUE(limiter.take_due().empty());
    limiter.advance(kStart + 60 * kSecond);
    const std::vector<Summary> due = limiter.take_due();
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].suppressed, 3u);
    EXPECT_EQ(due[0].first, kStart);
    EXPECT_EQ(due[0].last, kStart + 2 * kSecond);
}

TEST(Limiter, TheSummaryOfOthersStaysThat) {
    Limiter limiter{{1, 60}};
    const Summary others{.sample = discard(1), .suppressed = 7, .first = kStart, .last = kStart, .others = true};
    limiter.put_back(others);
    EXPECT_TRUE(limiter.admit(discard(1), kStart));
    EXPECT_FALSE(limiter.admit(discard(1), kStart));
    limiter.end();
    const std::vector<Summary> due = limiter.take_due();
    ASSERT_EQ(due.size(), 2u);
    EXPECT_TRUE(due[0].others);
    EXPECT_EQ(due[0].suppressed, 7u);
    EXPECT_FALSE(due[1].others);
}

// A disk that stays full, and every minute other sources.
TEST(Limiter, SummariesPutBackAreBoundedAndNoneIsForgotten) {
    Limiter limiter{{1, 60}};
    uint64_t all = 0;
    for (uint32_t minute = 0; minute < 20; ++minute) {
        for (uint32_t i = 0; i < 3000; ++i)
            all += limiter.admit(discard(minute * 3000 + i), kStart + minute * 60 * kSecond) ? 0 : 1;
        for (const Summary& summary : limiter.take_due()) limiter.put_back(summary);
        EXPECT_LE(limiter.windows(), 1025u);
    }
    limiter.end();
    const std::vector<Summary> due = limiter.take_due();
    EXPECT_EQ(suppressed(due), all);
    for (const Summary& summary : due) EXPECT_EQ(summary.suppressed > 1, summary.others);
}

TEST(Limiter, ANewLimitHoldsAtOnce) {
    Limiter limiter{{5, 60}};
    EXPECT_TRUE(limiter.admit(discard(1), kStart));
    limiter.set({1, 10});
    EXPECT_FALSE(limiter.admit(discard(1), kStart + 9 * kSecond));
    EXPECT_TRUE(limiter.admit(discard(1), kStart + 10 * kSecond));
    limiter.set({0, 10});
    EXPECT_TRUE(limiter.admit(discard(1), kStart + 11 * kSecond));
    EXPECT_EQ(suppressed(limiter.take_due()), 1u);
}

// Against a model that knows no bound, where none is reached.
TEST(Limiter, AgreesWithASimplerModel) {
    std::mt19937 random{1};
    Limiter limiter{{3, 10}};
    struct Model {
        uint64_t start = 0, alerts = 0;
    };
    std::map<uint32_t, Model> model;
    uint64_t time = kStart, held_back = 0, summed = 0;
    for (int i = 0; i < 50'000; ++i) {
        time += random() % (kSecond / 10);
        const auto source = static_cast<uint32_t>(random() % 20);
        Model& window = model[source];
        if (window.alerts == 0 || time - window.start >= 10 * kSecond) window = {time, 0};
        const bool expected = ++window.alerts <= 3;
        ASSERT_EQ(limiter.admit(discard(source), time), expected) << i;
        held_back += expected ? 0 : 1;
        summed += suppressed(limiter.take_due());
    }
    limiter.end();
    summed += suppressed(limiter.take_due());
    EXPECT_EQ(summed, held_back);
    EXPECT_GT(held_back, 1000u);
}

}  // namespace
}  // namespace snmpgate::app

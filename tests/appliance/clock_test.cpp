#include "stages/clock.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace snmpgate::stages {
namespace {

constexpr uint64_t kWall = 1'700'000'000'000'000'000;
constexpr uint64_t kSecond = 1'000'000'000;

double seconds(uint64_t cycles) { return static_cast<double>(cycles) / static_cast<double>(rte_get_tsc_hz()); }

// How fast a clock goes against the TSC, in millionths more or less. What the machine does to us meanwhile is known
// from the TSC itself, so a disturbed measurement is taken again, over a longer time.
double slew_of(const Clock& clock) {
    constexpr double kPrecise = 10e-6;
    for (double window = 0.01;; window *= 1.5) {
        const uint64_t before_first = rte_rdtsc(), first = clock.now(), after_first = rte_rdtsc();
        while (seconds(rte_rdtsc() - before_first) < window) {
        }
        const uint64_t before_last = rte_rdtsc(), last = clock.now(), after_last = rte_rdtsc();
        const double least = seconds(before_last - after_first), most = seconds(after_last - before_first);
        if (most - least > kPrecise * least) continue;
        return (static_cast<double>(last - first) / 1e9 / ((least + most) / 2) - 1) * 1e6;
    }
}
constexpr double kExact = 12;  // ppm

// Tells the clock that the system's is `ahead` of it (ns); again if we were held up on the way.
void discipline(Clock& clock, int64_t ahead) {
    uint64_t before = 0;
    do {
        before = rte_rdtsc();
        clock.discipline(clock.now() + static_cast<uint64_t>(ahead));
    } while (seconds(rte_rdtsc() - before) > 10e-6);
}

TEST(Clock, BeginsAtTheWallClockAndGoesAsTheTscDoes) {
    const uint64_t before = rte_rdtsc();
    const Clock clock{kWall};
    const uint64_t now = clock.now();
    const uint64_t after = rte_rdtsc();
    EXPECT_GE(now, kWall);
    EXPECT_LE(static_cast<double>(now - kWall), seconds(after - before) * 1e9 + 1);
    EXPECT_NEAR(slew_of(clock), 0, kExact);
}

TEST(Clock, TakesAnEighthOfTheDifferenceAwayEverySecond) {
    Clock clock{kWall};
    discipline(clock, 1'600'000);  // 1.6 ms: 200 ppm
    EXPECT_NEAR(slew_of(clock), 200, kExact);
    discipline(clock, -1'600'000);
    EXPECT_NEAR(slew_of(clock), -200, kExact);
    discipline(clock, 0);
    EXPECT_NEAR(slew_of(clock), 0, kExact);
}

TEST(Clock, SlewsFiveHundredPpmAtMost) {
    Clock clock{kWall};
    discipline(clock, kSecond / 2);
    EXPECT_NEAR(slew_of(clock), 500, kExact);
    discipline(clock, -static_cast<int64_t>(kSecond / 2));
    EXPECT_NEAR(slew_of(clock), -500, kExact);
}

TEST(Clock, JumpsForwardMoreThanASecond) {
    Clock clock{kWall};
    clock.discipline(kWall + 100 * kSecond);
    EXPECT_GE(clock.now(), kWall + 100 * kSecond);
    EXPECT_NEAR(slew_of(clock), 0, kExact);
}

TEST(Clock, NeverJumpsBack) {
    Clock clock{kWall};
    const uint64_t before = clock.now();
    clock.discipline(kWall - 3600 * kSecond);
    EXPECT_GE(clock.now(), before);
    EXPECT_NEAR(slew_of(clock), -500, kExact);
}

TEST(Clock, NeverGoesBackWhateverItIsTold) {
    Clock clock{kWall};
    uint64_t last = clock.now();
    for (int i = 0; i < 100'000; ++i) {
        const int64_t ahead = (i * 7919 % 4001 - 2000) * int64_t{1'000'000};  // -2 s .. 2 s
        clock.discipline(last + static_cast<uint64_t>(ahead));
        for (int read = 0; read < 3; ++read) {
            const uint64_t now = clock.now();
            ASSERT_GE(now, last) << "told " << ahead << " ns";
            last = now;
        }
    }
}

TEST(Clock, GoesForwardForReadersInOtherThreads) {
    Clock clock{kWall};
    std::atomic<bool> stop{false};
    std::atomic<uint64_t> reads{0}, backwards{0}, most{0};
    std::thread lcore{[&] {
        uint64_t last = clock.now();
        while (!stop.load(std::memory_order_relaxed)) {
            const uint64_t now = clock.now();
            if (now < last) {
                ++backwards;
                most = std::max(most.load(), last - now);
            }
            last = now;
            reads.fetch_add(1, std::memory_order_relaxed);
        }
    }};
    while (reads == 0) std::this_thread::yield();
    for (int i = 0; i < 200'000; ++i)
        clock.discipline(i % 2 == 0 ? clock.now() - kSecond / 2 : clock.now() + kSecond / 2);
    stop = true;
    lcore.join();
    // Slews of +-500 ppm in turn: what the writer may take between reading the TSC and the change, times 1000 ppm.
    EXPECT_LT(most, 20'000u) << backwards << " of " << reads << " reads went back";
}

}  // namespace
}  // namespace snmpgate::stages

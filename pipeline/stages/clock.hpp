#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include <rte_cycles.h>

namespace snmpgate::stages {

// Wall-clock time for lcores, from the TSC: no system call on the path, never going back. Theory of operation:
//
// time = base + (TSC - base TSC) × rate. The control thread compares it with the system's clock once a second and sets
// a new base, where the old line has arrived, with a rate that takes an eighth of the difference away in the next
// second, 500 ppm at most, as NTP slews. Where the system's clock is ahead by more than a second (it was set), time
// jumps to it; where it is behind, time only goes slower.
//
//   behind by 80 µs  → rate + 10 ppm, behind by 70 µs a second later
//
// One writer, any number of readers; a reader that meets a change reads again (a sequence lock).
class Clock {
 public:
    // `wall`: ns since 1970.
    explicit Clock(uint64_t wall) : hertz_(static_cast<double>(rte_get_tsc_hz())) { set({rte_rdtsc(), wall, rate(0)}); }

    [[nodiscard]] uint64_t now() const {
        Base base{};
        uint32_t before = 0;
        do {
            before = sequence_.load(std::memory_order_acquire);
            base = {tsc_.load(std::memory_order_relaxed), ns_.load(std::memory_order_relaxed),
                    rate_.load(std::memory_order_relaxed)};
            std::atomic_thread_fence(std::memory_order_acquire);
        } while ((before & 1) != 0 || sequence_.load(std::memory_order_relaxed) != before);
        return at(base, rte_rdtsc());
    }

    // Control thread, about once a second: `wall` as the system's clock has it now.
    void discipline(uint64_t wall) {
        const uint64_t tsc = rte_rdtsc();
        const uint64_t here = at({tsc_.load(std::memory_order_relaxed), ns_.load(std::memory_order_relaxed),
                                  rate_.load(std::memory_order_relaxed)},
                                 tsc);
        const double behind = static_cast<double>(static_cast<int64_t>(wall - here)) / 1e9;
        if (behind > kStep)
            set({tsc, wall, rate(0)});
        else
            set({tsc, here, rate(std::clamp(behind * kGain, -kMostSlew, kMostSlew))});
    }

 private:
    static constexpr double kStep = 1;  // s
    static constexpr double kGain = 1.0 / 8;
    static constexpr double kMostSlew = 500e-6;

    struct Base {
        uint64_t tsc, ns, rate;  // rate: ns per cycle, times 2^32
    };

    [[nodiscard]] uint64_t rate(double slew) const { return static_cast<uint64_t>((1 + slew) * 1e9 / hertz_ * 0x1p32); }
    [[nodiscard]] static uint64_t at(const Base& base, uint64_t tsc) {
        const uint64_t cycles = tsc > base.tsc ? tsc - base.tsc : 0;  // TSCs of two CPUs may differ by a few
        return base.ns + static_cast<uint64_t>(static_cast<Wide>(cycles) * base.rate >> 32);
    }
    void set(const Base& base) {
        const uint32_t sequence = sequence_.load(std::memory_order_relaxed);
        sequence_.store(sequence + 1, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release);
        tsc_.store(base.tsc, std::memory_order_relaxed);
        ns_.store(base.ns, std::memory_order_relaxed);
        rate_.store(base.rate, std::memory_order_relaxed);
        sequence_.store(sequence + 2, std::memory_order_release);
    }

    __extension__ using Wide = unsigned __int128;

    const double hertz_;
    std::atomic<uint32_t> sequence_{0};
    std::atomic<uint64_t> tsc_{0}, ns_{0}, rate_{0};  // written by the control thread
};

}  // namespace snmpgate::stages

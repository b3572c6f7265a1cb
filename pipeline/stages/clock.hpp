#pragma once

#include <algorithm>
#include <array>
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
// One writer, any number of readers, none of which ever waits for the writer, who may lose its CPU at any point: it
// fills the slot that is not in use and then points to it. A reader whose slot went out of use meanwhile reads again.
// Around a change two readings may differ by a rate's difference over the time the writer took, a microsecond at most
// on a busy machine: who must not see time go back keeps the latest, as Worker does.
class Clock {
 public:
    // `wall`: ns since 1970.
    explicit Clock(uint64_t wall) : hertz_(static_cast<double>(rte_get_tsc_hz())) { set({rte_rdtsc(), wall, rate(0)}); }

    // Any thread.
    [[nodiscard]] uint64_t now() const {
        while (true) {
            const uint32_t used = in_use_.load(std::memory_order_acquire);
            const uint64_t time = slots_[used % 2].at(rte_rdtsc());
            std::atomic_thread_fence(std::memory_order_acquire);
            if (in_use_.load(std::memory_order_relaxed) == used) return time;
        }
    }

    // Control thread, about once a second: `wall` as the system's clock has it now.
    void discipline(uint64_t wall) {
        const uint64_t tsc = rte_rdtsc();
        const uint64_t here = slots_[in_use_.load(std::memory_order_relaxed) % 2].at(tsc);
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

    __extension__ using Wide = unsigned __int128;

    struct Line {
        uint64_t tsc, ns, rate;  // rate: ns per cycle, times 2^32
    };
    struct Slot {
        std::atomic<uint64_t> tsc{0}, ns{0}, rate{0};

        [[nodiscard]] uint64_t at(uint64_t now) const {
            const uint64_t begin = tsc.load(std::memory_order_relaxed);
            const uint64_t cycles = now > begin ? now - begin : 0;  // TSCs of two CPUs may differ by a few
            return ns.load(std::memory_order_relaxed) +
                   static_cast<uint64_t>(static_cast<Wide>(cycles) * rate.load(std::memory_order_relaxed) >> 32);
        }
    };

    [[nodiscard]] uint64_t rate(double slew) const { return static_cast<uint64_t>((1 + slew) * 1e9 / hertz_ * 0x1p32); }
    void set(const Line& line) {
        const uint32_t next = in_use_.load(std::memory_order_relaxed) + 1;
        std::atomic_thread_fence(std::memory_order_release);  // who reads what is written now knows what is in use
        Slot& slot = slots_[next % 2];
        slot.tsc.store(line.tsc, std::memory_order_relaxed);
        slot.ns.store(line.ns, std::memory_order_relaxed);
        slot.rate.store(line.rate, std::memory_order_relaxed);
        in_use_.store(next, std::memory_order_release);
    }

    const double hertz_;
    std::array<Slot, 2> slots_;  // written by the control thread
    std::atomic<uint32_t> in_use_{0};
};

}  // namespace snmpgate::stages

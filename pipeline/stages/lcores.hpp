#pragma once

#include <array>
#include <atomic>
#include <memory_resource>
#include <span>
#include <vector>

#include "stages/clock.hpp"
#include "stages/generations.hpp"
#include "stages/ring.hpp"
#include "stages/rx.hpp"
#include "stages/tx.hpp"
#include "stages/worker.hpp"

// What lcores run: the same stages, each on cores of its own with rings between (split), or all on one (fused).
namespace snmpgate::stages {

// When an lcore gives its CPU to others (sched_yield), the one system call there is.
enum class Yields : uint8_t {
    never,      // the kernel keeps all else off the CPU (isolcpus): it spins
    when_idle,  // the kernel may want it
    always      // another lcore has it too, which has to come to its turn after every burst
};

// An lcore's dealings with the control thread.
struct alignas(64) Turn {
    std::atomic<bool> stop{false};   // written by the control thread
    std::atomic<bool> ended{false};  // written by the lcore, last: what it used may be taken apart
    Yields yields = Yields::never;   // set before it runs
    Count rounds, busy_rounds;       // written by the lcore: of its loop, and those in which there were frames
};

// One round each: how many frames there were. Between two rounds nothing is held, so policy may change.
class RxLcore {
 public:
    RxLcore(Rx& rx, Reader policy) : rx_(rx), policy_(policy) {}
    void enter() { policy_.enter(); }
    size_t round() { return rx_.step(policy_.adopt()); }
    void leave() { policy_.leave(); }
    static constexpr unsigned kLastRounds = 256;  // a port may bring frames for ever

 private:
    Rx& rx_;
    Reader policy_;
};

class WorkerLcore {
 public:
    // `in`: a ring from each rx core. `out`: by the side a frame leaves, the ring to the tx core that serves it.
    WorkerLcore(Worker& worker, Reader policy, const Clock& clock, std::span<FrameRing* const> in,
                std::array<FrameRing*, kSides> out, std::pmr::memory_resource& memory)
        : worker_(worker), policy_(policy), clock_(clock), in_(in.begin(), in.end(), &memory), out_(out) {}
    void enter() { policy_.enter(); }
    size_t round();
    void leave();
    static constexpr unsigned kLastRounds = ~0u;  // nobody fills the rings any more

 private:
    void hand_on(Side leaves);

    Worker& worker_;
    Reader policy_;
    const Clock& clock_;
    std::pmr::vector<FrameRing*> in_;
    std::array<FrameRing*, kSides> out_;
    Egress egress_;
};

class TxLcore {
 public:
    explicit TxLcore(Tx& tx) : tx_(tx) {}
    void enter() {}
    size_t round() { return tx_.step(); }
    void leave() {}
    static constexpr unsigned kLastRounds = ~0u;

 private:
    Tx& tx_;
};

// rx, worker and tx of one queue of both ports, without a ring.
class FusedLcore {
 public:
    FusedLcore(Worker& worker, Reader policy, const Clock& clock, std::array<Queue, kSides> queues)
        : worker_(worker), policy_(policy), clock_(clock), queues_(queues) {}
    void enter() { policy_.enter(); }
    size_t round();
    void leave();
    static constexpr unsigned kLastRounds = RxLcore::kLastRounds;

    [[nodiscard]] const BySide<Books>& rx_books() const { return rx_books_; }
    [[nodiscard]] const BySide<Books>& tx_books() const { return tx_books_; }

 private:
    Worker& worker_;
    Reader policy_;
    const Clock& clock_;
    std::array<Queue, kSides> queues_;
    Egress egress_;
    BySide<Books> rx_books_, tx_books_;
};

// Between two rounds.
void pause_or_yield(Yields yields, bool idle);

// An lcore's life. Once told to stop, it goes on until nothing comes, so whoever fills its rings must have stopped.
template <typename Lcore>
void live(Lcore& lcore, Turn& turn) {
    const auto round = [&] {
        const bool busy = lcore.round() != 0;
        turn.rounds.add();
        if (busy) turn.busy_rounds.add();
        return busy;
    };
    lcore.enter();
    while (!turn.stop.load(std::memory_order_relaxed)) pause_or_yield(turn.yields, !round());
    for (unsigned i = 0; i < Lcore::kLastRounds && round(); ++i) {
    }
    lcore.leave();
    turn.ended.store(true, std::memory_order_release);
}

}  // namespace snmpgate::stages

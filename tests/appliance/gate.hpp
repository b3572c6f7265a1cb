#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "appliance/fake_ports.hpp"
#include "compile.hpp"
#include "stages/lcores.hpp"
#include "stats.hpp"
#include "support/frame_builder.hpp"

// The stages as the appliance puts them together, on fake ports and on one thread: a test gives each lcore its round by
// hand, so it decides who is slow. When a gate ends, its books balance and every mbuf is back.
namespace snmpgate::test {

using stages::Books;
using stages::FrameRing;
using stages::Queue;

inline uint64_t total(const stages::ByReason& counts) {
    uint64_t sum = 0;
    for (const stages::Count& count : counts) sum += count.get();
    return sum;
}
inline uint64_t get(const stages::ByReason& counts, Reason reason) { return counts[static_cast<size_t>(reason)].get(); }

// The books of one stage, by the side frames entered by.
template <typename BySide>
void expect_balanced(const BySide& sides, const char* stage) {
    for (const Books& books : sides)
        EXPECT_EQ(books.received.get(), books.sent.get() + total(books.discarded)) << stage;
}

class Gate {
 public:
    Gate(const std::string& config, unsigned readers, uint16_t queues, unsigned room)
        : ports(queues, room), generations_(readers, 1) {
        publish(app::compile(app::parse_config(config, "test"), {}, memory));
    }

    // Adopted by each lcore in its next round.
    void publish(std::shared_ptr<const Policy> policy) { (void)generations_.publish({std::move(policy)}, {}); }

    FakePorts ports;
    NodeMemory memory{SOCKET_ID_ANY};

 protected:
    void expect_settled(const app::Stages& all) {
        EXPECT_EQ(app::balance(all), 0) << app::stats(all).dump(1);
        for (const auto* rx : all.rx) expect_balanced(*rx, "rx");
        for (const auto* worker : all.workers) expect_balanced(worker->sides, "worker");
        for (const auto* tx : all.tx) expect_balanced(*tx, "tx");
        ports.expect_all_frames_back();
    }
    [[nodiscard]] Queue queue(Side side, uint16_t number = 0) const { return {ports.id(side), number, side}; }
    std::shared_ptr<stages::WorkerState> make_worker(unsigned number, size_t receivers) {
        return make_in<stages::WorkerState>(arena_, static_cast<uint16_t>(number), 8u, receivers, arena_);
    }

    Arena arena_{8 << 20, SOCKET_ID_ANY};
    stages::Generations generations_;
    stages::Clock clock_{1'700'000'000'000'000'000};
};

// One rx core, some workers, one tx core.
class SplitGate : public Gate {
 public:
    explicit SplitGate(unsigned count = 2, const std::string& config = "{}", unsigned room = 4096)
        : Gate(config, count + 1, 1, room), to_tx_(count + 1, arena_) {
        std::vector<FrameRing*> to_workers, into_tx;
        for (unsigned i = 0; i < count; ++i) {
            workers_.push_back(make_worker(i, 1));
            to_workers.push_back(&workers_[i]->in[0]);
        }
        for (size_t i = 0; i < to_tx_.size(); ++i) into_tx.push_back(&to_tx_[i]);
        const std::array queues{queue(Side::external), queue(Side::internal)};
        rx_ = make_in<stages::Rx>(arena_, queues, to_workers, both(into_tx.back()), arena_);
        tx_ = make_in<stages::Tx>(arena_, queues, into_tx, arena_);
        rx = std::make_unique<stages::RxLcore>(*rx_, stages::Reader{generations_, count, 0});
        tx = std::make_unique<stages::TxLcore>(*tx_);
        rx->enter();
        for (unsigned i = 0; i < count; ++i) {
            const std::array in{to_workers[i]};
            workers.push_back(std::make_unique<stages::WorkerLcore>(
                workers_[i]->worker, stages::Reader{generations_, i, 0}, clock_, in, both(into_tx[i]), arena_));
            workers.back()->enter();
        }
        books_ = {{&rx_->books()}, {&tx_->books()}, {}, {}};
        for (const auto& worker : workers_) books_.workers.push_back(&worker->worker.counters());
        books_.rings = {to_workers.begin(), to_workers.end()};
        books_.rings.insert(books_.rings.end(), into_tx.begin(), into_tx.end());
    }
    ~SplitGate() {
        run();
        for (const auto& worker : workers) worker->leave();
        rx->leave();
        expect_settled(books_);
    }

    // Everybody in turn until nothing moves any more.
    void run() {
        while (round() != 0) {
        }
    }
    size_t round() {
        size_t frames = rx->round() + tx->round();
        for (const auto& worker : workers) frames += worker->round();
        return frames;
    }

    [[nodiscard]] const app::Stages& books() const { return books_; }
    [[nodiscard]] const stages::BySide<Books>& rx_books() const { return rx_->books(); }
    [[nodiscard]] const stages::BySide<Books>& tx_books() const { return tx_->books(); }
    [[nodiscard]] const stages::Counters& worker_books(unsigned worker) const {
        return workers_[worker]->worker.counters();
    }

    std::unique_ptr<stages::RxLcore> rx;
    std::vector<std::unique_ptr<stages::WorkerLcore>> workers;
    std::unique_ptr<stages::TxLcore> tx;

 private:
    static std::array<FrameRing*, kSides> both(FrameRing* ring) { return {ring, ring}; }

    stages::Rings to_tx_;
    std::vector<std::shared_ptr<stages::WorkerState>> workers_;
    std::shared_ptr<stages::Rx> rx_;
    std::shared_ptr<stages::Tx> tx_;
    app::Stages books_;
};

// An lcore for each queue of both ports.
class FusedGate : public Gate {
 public:
    explicit FusedGate(uint16_t queues = 1, const std::string& config = "{}", unsigned room = 4096)
        : Gate(config, queues, queues, room) {
        for (uint16_t i = 0; i < queues; ++i) {
            workers_.push_back(make_worker(i, 0));
            lcores.push_back(
                std::make_unique<stages::FusedLcore>(workers_[i]->worker, stages::Reader{generations_, i, 0}, clock_,
                                                     std::array{queue(Side::external, i), queue(Side::internal, i)}));
            lcores.back()->enter();
            books_.add({{&lcores.back()->rx_books()}, {&lcores.back()->tx_books()}, {&worker_books(i)}, {}});
        }
    }
    ~FusedGate() {
        run();
        for (const auto& lcore : lcores) lcore->leave();
        expect_settled(books_);
    }

    void run() {
        size_t frames = 0;
        do {
            frames = 0;
            for (const auto& lcore : lcores) frames += lcore->round();
        } while (frames != 0);
    }
    // One frame through: whether it came out at the other side.
    bool passes(const Frame& frame, Side entered) {
        ports.arrive(entered, frame.bytes());
        run();
        return !ports.departed(opposite(entered)).empty();
    }

    [[nodiscard]] const app::Stages& books() const { return books_; }
    [[nodiscard]] const stages::Counters& worker_books(unsigned worker) const {
        return workers_[worker]->worker.counters();
    }

    std::vector<std::unique_ptr<stages::FusedLcore>> lcores;

 private:
    std::vector<std::shared_ptr<stages::WorkerState>> workers_;
    app::Stages books_;
};

}  // namespace snmpgate::test

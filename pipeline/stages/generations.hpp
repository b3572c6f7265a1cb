#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include <rte_rcu_qsbr.h>

#include "policy.hpp"

namespace snmpgate::stages {

// How a new policy reaches the lcores. Theory of operation:
//
// The control side compiles it aside and publishes it whole, one copy for each NUMA node. An lcore adopts what is
// published between two bursts and uses it for the whole burst, so a frame meets one policy and never two. By adopting
// it says that it no longer uses what it had before (rte_rcu_qsbr); what nobody uses any more is freed.
//
//   lcore:    adopt → A   burst under A   adopt → B   burst under B
//   control:       publish B ── is A still read? ──────────┘ no: free A
class Generations {
 public:
    // `readers` lcores, their copies on nodes 0..`nodes` - 1.
    Generations(unsigned readers, unsigned nodes);
    Generations(const Generations&) = delete;
    Generations& operator=(const Generations&) = delete;

    // Control thread. `by_node` has a policy for each node; true as soon as every reader has adopted it, false if one
    // has not within `patience` (it will: what it still uses stays).
    bool publish(std::vector<std::shared_ptr<const Policy>> by_node, std::chrono::milliseconds patience);
    // Control thread, now and then: frees what nobody reads any more.
    void reclaim();

    // Reader `number` (0..readers - 1) on `node`, from its own thread.
    void enter(unsigned number);
    [[nodiscard]] const Policy& adopt(unsigned number, unsigned node) {
        rte_rcu_qsbr_quiescent(readers_.get(), number);
        return *current_[node].load(std::memory_order_acquire);
    }
    void leave(unsigned number);

 private:
    struct Retired {
        uint64_t token;
        std::vector<std::shared_ptr<const Policy>> policies;
    };
    struct Free {
        void operator()(rte_rcu_qsbr* readers) const;
    };

    std::unique_ptr<rte_rcu_qsbr, Free> readers_;
    std::vector<std::atomic<const Policy*>> current_;     // by node; written by the control thread, read by lcores
    std::vector<std::shared_ptr<const Policy>> holding_;  // owns what current_ points to
    std::deque<Retired> retired_;                         // oldest first
};

// One lcore's way to them. The lcore calls enter() first and leave() last, from its own thread.
class Reader {
 public:
    Reader(Generations& generations, unsigned number, unsigned node)
        : generations_(generations), number_(number), node_(node) {}
    void enter() { generations_.enter(number_); }
    // Between two bursts: what is in force. Valid until the next call.
    [[nodiscard]] const Policy& adopt() { return generations_.adopt(number_, node_); }
    void leave() { generations_.leave(number_); }

 private:
    Generations& generations_;
    unsigned number_, node_;
};

}  // namespace snmpgate::stages

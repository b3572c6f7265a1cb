#include "stages/generations.hpp"

#include <stdexcept>
#include <thread>

#include <rte_malloc.h>

namespace snmpgate::stages {

void Generations::Free::operator()(rte_rcu_qsbr* readers) const { rte_free(readers); }

Generations::Generations(unsigned readers, unsigned nodes)
    : readers_(static_cast<rte_rcu_qsbr*>(
          rte_zmalloc("policy_readers", rte_rcu_qsbr_get_memsize(readers), RTE_CACHE_LINE_SIZE))),
      current_(nodes) {
    if (readers_ == nullptr || rte_rcu_qsbr_init(readers_.get(), readers) != 0)
        throw std::runtime_error("no memory for the readers of the policy");
}

bool Generations::publish(std::vector<std::shared_ptr<const Policy>> by_node, std::chrono::milliseconds patience) {
    for (size_t node = 0; node < current_.size(); ++node)
        current_[node].store(by_node[node].get(), std::memory_order_release);
    std::swap(holding_, by_node);
    const uint64_t token = rte_rcu_qsbr_start(readers_.get());
    retired_.push_back({token, std::move(by_node)});
    const auto end = std::chrono::steady_clock::now() + patience;
    do {
        reclaim();
        if (retired_.empty()) return true;
        std::this_thread::sleep_for(std::chrono::microseconds{50});
    } while (std::chrono::steady_clock::now() < end);
    reclaim();  // we may have been away longer than they
    return retired_.empty();
}

void Generations::reclaim() {
    while (!retired_.empty() && rte_rcu_qsbr_check(readers_.get(), retired_.front().token, false) == 1)
        retired_.pop_front();
}

void Generations::enter(unsigned number) {
    rte_rcu_qsbr_thread_register(readers_.get(), number);
    rte_rcu_qsbr_thread_online(readers_.get(), number);
}

void Generations::leave(unsigned number) {
    rte_rcu_qsbr_thread_offline(readers_.get(), number);
    rte_rcu_qsbr_thread_unregister(readers_.get(), number);
}

}  // namespace snmpgate::stages

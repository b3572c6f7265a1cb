#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "compile.hpp"
#include "config/config.hpp"
#include "eal.hpp"
#include "memory.hpp"
#include "orders.hpp"
#include "plan.hpp"
#include "ports/device.hpp"
#include "ports/ports.hpp"
#include "stages/lcores.hpp"
#include "stats.hpp"

namespace snmpgate::app {

// The plan, built: memory, ports, rings, stages, and the lcores that run them. Control thread.
class Appliance {
 public:
    // After rte_eal_init with the plan's lcores. Throws std::runtime_error with the cure if something does not fit.
    Appliance(const Config& config, const Plan& plan);
    ~Appliance();
    Appliance(const Appliance&) = delete;
    Appliance& operator=(const Appliance&) = delete;

    // Compiles aside, publishes whole. `same_config`: only mode and orders differ from what is in force. Throws
    // std::runtime_error if it does not fit, and nothing has changed then. False if an lcore has not adopted it yet.
    bool publish(const Config& config, const Orders& orders, uint64_t generation, bool same_config);
    void reclaim() { generations_.reclaim(); }

    void start();
    // rx first, then workers, then tx: what is in the ports and rings still goes through.
    void stop();

    [[nodiscard]] const Stages& books() const { return books_; }
    [[nodiscard]] const std::vector<stages::BlockExchange*>& exchanges() const { return exchanges_; }
    [[nodiscard]] Ports& ports() { return *ports_; }
    [[nodiscard]] stages::Clock& clock() { return clock_; }
    [[nodiscard]] Layout layout() const { return plan_.layout; }
    // [{lcore, cpu, node, role, index, rounds, busy_rounds, received, sent, discarded}]
    [[nodiscard]] nlohmann::ordered_json lcores() const;
    // [{what, bytes, node, address}]
    [[nodiscard]] nlohmann::ordered_json memory() const;

 private:
    // An lcore's state, and what it runs.
    struct Core {
        Core(const Plan::Lcore& its, size_t bytes) : plan(its), arena(bytes, static_cast<int>(its.node)) {}
        Plan::Lcore plan;
        Arena arena;
        std::shared_ptr<stages::Turn> turn;
        std::shared_ptr<stages::WorkerState> worker;
        std::shared_ptr<stages::Rings> rings;  // a tx core's
        std::shared_ptr<void> stage;           // Rx or Tx
        Stages books;
        std::shared_ptr<void> lcore;
        std::function<void()> live;
    };
    [[nodiscard]] const Pool& pool_for(const Device& device) const;
    void build(unsigned blocks);
    void build_rx(Core& core);
    void build_worker(Core& core, unsigned blocks);
    void build_tx(Core& core);
    void build_fused(Core& core, unsigned blocks);
    template <typename Lcore>
    void runs(Core& core, std::shared_ptr<Lcore> lcore);
    Core& core(Role role, unsigned index);
    stages::Reader reader(const Core& core);
    void end(Role role);

    Plan plan_;
    std::vector<std::unique_ptr<NodeMemory>> memory_;  // by node: of policies
    std::vector<Pool> pools_;                          // by node
    stages::Generations generations_;
    std::vector<std::shared_ptr<const Policy>> policies_;  // in force, by node
    stages::Clock clock_;
    std::unique_ptr<Ports> ports_;
    std::vector<std::unique_ptr<Core>> cores_;
    Stages books_;
    std::vector<stages::BlockExchange*> exchanges_;
    unsigned readers_ = 0;
    bool running_ = false;
};

}  // namespace snmpgate::app

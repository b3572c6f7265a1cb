#include "run/appliance.hpp"

#include <chrono>
#include <cstdio>
#include <stdexcept>

#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "wall_clock.hpp"

namespace snmpgate::app {
namespace {

using Json = nlohmann::ordered_json;
using stages::FrameRing;
using stages::Queue;

constexpr std::array kBoth = {Side::external, Side::internal};

Queue queue_of(const Ports& ports, const Plan::Lcore::Queue& queue) {
    return {ports.id(queue.side), queue.queue, queue.side};
}

std::runtime_error no_memory(const std::string& what, size_t bytes) {
    return std::runtime_error("no memory for " + what + " (" + std::to_string(bytes / 1024) +
                              " KB): reserve more hugepages (sudo sysctl vm.nr_hugepages=N), or give more with -m; "
                              "`snmpgate check` prints what the plan needs");
}

}  // namespace

Appliance::Appliance(const Config& config, const Plan& plan)
    : plan_(plan),
      generations_(static_cast<unsigned>(plan.of(Role::rx).size()) + plan.workers(), plan.nodes),
      clock_(wall_clock()) {
    for (unsigned node = 0; node < plan.nodes; ++node) {
        memory_.push_back(std::make_unique<NodeMemory>(static_cast<int>(node)));
        pools_.push_back(make_pool(("frames" + std::to_string(node)).c_str(), plan.frames, static_cast<int>(node)));
    }
    policies_.resize(plan.nodes);
    const std::array<Device, kSides> devices = devices_of(config);
    std::array<rte_mempool*, kSides> pools{};
    for (const Side side : kBoth) pools[index(side)] = pool_for(devices[index(side)]).get();
    ports_ = std::make_unique<Ports>(config, plan.queues, pools, plan.spreads);
    build(config.records.blocks);
    publish(config, {}, 1, false);
}

Appliance::~Appliance() {
    if (running_) stop();  // whatever went wrong: nothing is taken apart under a running lcore
    ports_.reset();
}

// A port's frames lie on its own node if there are lcores on it.
const Pool& Appliance::pool_for(const Device& device) const {
    uint16_t port = 0;
    if (rte_eth_dev_get_port_by_name(device.name.c_str(), &port) != 0) return pools_.front();
    const int node = rte_eth_dev_socket_id(port);
    return node >= 0 && static_cast<size_t>(node) < pools_.size() ? pools_[static_cast<size_t>(node)] : pools_.front();
}

bool Appliance::publish(const Config& config, const Orders& orders, uint64_t generation, bool same_config) {
    constexpr std::chrono::seconds kPatience{1};
    std::vector<std::shared_ptr<const Policy>> fresh;
    for (unsigned node = 0; node < plan_.nodes; ++node) {
        try {
            const auto policy = compile(config, orders, *memory_[node], same_config ? policies_[node].get() : nullptr);
            policy->generation = generation;
            fresh.push_back(policy);
        } catch (const std::bad_alloc&) {
            throw no_memory("the policy", compiled_bytes(config));
        }
    }
    policies_ = fresh;
    return generations_.publish(std::move(fresh), kPatience);
}

void Appliance::build(unsigned blocks) {
    for (size_t i = 0; i < plan_.lcores.size(); ++i) {
        const Plan::Memory& needs = plan_.memory[i];  // in the order of the lcores
        try {
            cores_.push_back(std::make_unique<Core>(plan_.lcores[i], needs.bytes));
        } catch (const std::bad_alloc&) {
            throw no_memory(needs.what, needs.bytes);
        }
        Core& core = *cores_.back();
        core.turn = make_in<stages::Turn>(core.arena);
        core.turn->yields = core.plan.yields;
    }
    // First what the others' rings lead to.
    for (const auto& core : cores_) {
        if (core->plan.role == Role::tx) build_tx(*core);
        if (core->plan.role == Role::fused) build_fused(*core, blocks);
    }
    for (const auto& core : cores_)
        if (core->plan.role == Role::worker) build_worker(*core, blocks);
    for (const auto& core : cores_)
        if (core->plan.role == Role::rx) build_rx(*core);
    for (const auto& core : cores_) books_.add(core->books);
}

template <typename Lcore>
void Appliance::runs(Core& core, std::shared_ptr<Lcore> lcore) {
    core.lcore = lcore;
    core.live = [lcore = lcore.get(), turn = core.turn.get()] { stages::live(*lcore, *turn); };
}

Appliance::Core& Appliance::core(Role role, unsigned index) {
    for (const auto& core : cores_)
        if (core->plan.role == role && core->plan.index == index) return *core;
    throw std::logic_error("the plan has no such core");
}

stages::Reader Appliance::reader(const Core& core) { return {generations_, readers_++, core.plan.node}; }

void Appliance::build_tx(Core& core) {
    core.rings = make_in<stages::Rings>(core.arena, plan_.workers() + plan_.of(Role::rx).size(), core.arena);
    std::vector<FrameRing*> in;
    for (size_t i = 0; i < core.rings->size(); ++i) {
        in.push_back(&(*core.rings)[i]);
        core.books.rings.push_back(in.back());
    }
    std::array<Queue, kSides> queues{};
    for (const auto& queue : core.plan.transmits) queues[index(queue.side)] = queue_of(*ports_, queue);
    const auto tx = make_in<stages::Tx>(core.arena, queues, in, core.arena);
    core.books.tx.push_back(&tx->books());
    core.stage = tx;
    runs(core, make_in<stages::TxLcore>(core.arena, *tx));
}

void Appliance::build_worker(Core& core, unsigned blocks) {
    const size_t receivers = plan_.of(Role::rx).size();
    const unsigned number = core.plan.index;
    core.worker =
        make_in<stages::WorkerState>(core.arena, static_cast<uint16_t>(number), blocks, receivers, core.arena);
    std::vector<FrameRing*> in;
    for (size_t i = 0; i < receivers; ++i) {
        in.push_back(&core.worker->in[i]);
        core.books.rings.push_back(in.back());
    }
    std::array<FrameRing*, kSides> out{};
    for (const Side leaves : kBoth)
        out[index(leaves)] = &(*this->core(Role::tx, plan_.tx_of(number, leaves)).rings)[number];
    core.books.workers.push_back(&core.worker->worker.counters());
    exchanges_.push_back(&core.worker->exchange);
    runs(core,
         make_in<stages::WorkerLcore>(core.arena, core.worker->worker, reader(core), clock_, in, out, core.arena));
}

void Appliance::build_rx(Core& core) {
    std::vector<FrameRing*> workers;
    for (unsigned i = 0; i < plan_.workers(); ++i)
        workers.push_back(&this->core(Role::worker, i).worker->in[core.plan.index]);
    std::array<FrameRing*, kSides> unseen{};
    for (const Side leaves : kBoth)
        unseen[index(leaves)] =
            &(*this->core(Role::tx, plan_.tx_of(core.plan.index, leaves)).rings)[plan_.workers() + core.plan.index];
    std::vector<Queue> queues;
    for (const auto& queue : core.plan.receives) queues.push_back(queue_of(*ports_, queue));
    const auto rx = make_in<stages::Rx>(core.arena, queues, workers, unseen, core.arena);
    core.books.rx.push_back(&rx->books());
    core.stage = rx;
    runs(core, make_in<stages::RxLcore>(core.arena, *rx, reader(core)));
}

void Appliance::build_fused(Core& core, unsigned blocks) {
    core.worker =
        make_in<stages::WorkerState>(core.arena, static_cast<uint16_t>(core.plan.index), blocks, size_t{0}, core.arena);
    std::array<Queue, kSides> queues{};
    for (const auto& queue : core.plan.receives) queues[index(queue.side)] = queue_of(*ports_, queue);
    const auto fused = make_in<stages::FusedLcore>(core.arena, core.worker->worker, reader(core), clock_, queues);
    core.books = {{&fused->rx_books()}, {&fused->tx_books()}, {&core.worker->worker.counters()}, {}};
    exchanges_.push_back(&core.worker->exchange);
    runs(core, fused);
}

void Appliance::start() {
    running_ = true;
    for (const auto& core : cores_) {
        const auto life = [](void* argument) {
            static_cast<Core*>(argument)->live();
            return 0;
        };
        if (rte_eal_remote_launch(life, core.get(), core->plan.number) != 0)
            throw std::runtime_error("lcore " + std::to_string(core->plan.number) + " does not start");
    }
}

void Appliance::stop() {
    running_ = false;
    for (const Role role : {Role::rx, Role::fused, Role::worker, Role::tx}) end(role);
}

Json Appliance::lcores() const {
    Json list = Json::array();
    for (const auto& core : cores_)
        list.push_back({{"lcore", core->plan.number},
                        {"cpu", core->plan.cpu},
                        {"node", core->plan.node},
                        {"role", name_of(core->plan.role)},
                        {"index", core->plan.index},
                        {"rounds", core->turn->rounds.get()},
                        {"busy_rounds", core->turn->busy_rounds.get()},
                        {"received", received(core->books)},
                        {"sent", sent(core->books)},
                        {"discarded", discarded(core->books)}});
    return list;
}

Json Appliance::memory() const {
    const auto entry = [](const std::string& what, size_t bytes, unsigned node, const void* address) -> Json {
        std::array<char, 24> text{};
        std::snprintf(text.data(), text.size(), "%p", address);
        return {{"what", what}, {"bytes", bytes}, {"node", node}, {"address", text.data()}};
    };
    Json list = Json::array();
    for (const auto& core : cores_)
        list.push_back(entry(std::string{name_of(core->plan.role)} + ' ' + std::to_string(core->plan.index),
                             core->arena.size(), core->plan.node, core->arena.begin()));
    for (unsigned node = 0; node < plan_.nodes; ++node) {
        list.push_back(entry("policy", memory_[node]->bytes(), node, policies_[node].get()));
        list.push_back(entry("frames", plan_.frames * plan_.frame_bytes, node, pools_[node].get()));
    }
    return list;
}

void Appliance::end(Role role) {
    for (const auto& core : cores_)
        if (core->plan.role == role) core->turn->stop.store(true, std::memory_order_relaxed);
    for (const auto& core : cores_)
        if (core->plan.role == role) {
            rte_eal_wait_lcore(core->plan.number);
            while (!core->turn->ended.load(std::memory_order_acquire)) {
            }
        }
}

}  // namespace snmpgate::app

#include "plan.hpp"

#include <algorithm>
#include <bit>
#include <sstream>

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "compile.hpp"

namespace snmpgate::app {
namespace {

constexpr unsigned kDescriptors = 1024;    // of each queue, at most
constexpr size_t kSmallState = 256 << 10;  // of each lcore: its books, lanes, queues
constexpr unsigned kCache = 256;           // mbufs an lcore keeps at hand (eal.cpp)

[[noreturn]] void refuse(const std::string& key, const std::string& value, const std::string& why) {
    throw ConfigError(key + " = " + value + ": " + why);
}

std::string text(const std::vector<unsigned>& cpus) {
    std::string list;
    for (const unsigned cpu : cpus) list += (list.empty() ? "" : ", ") + std::to_string(cpu);
    return "[" + list + "]";
}

// The CPUs of each role, as configured or by what the machine has.
struct Cores {
    Layout layout;
    std::vector<unsigned> rx, workers, tx;
};

Cores by_machine(Layout layout, const Machine& machine) {
    const auto cpu = [&](size_t i) { return machine.cpus[i % machine.cpus.size()].number; };
    if (layout == Layout::fused) return {layout, {}, {cpu(0)}, {}};
    const size_t count = machine.cpus.size();
    if (count < 3) return {layout, {cpu(0)}, {cpu(0), cpu(1)}, {cpu(1)}};
    // With more than three, the first is left to the kernel and the control thread.
    const size_t first = count > 3 ? 1 : 0;
    Cores cores{layout, {cpu(first)}, {}, {cpu(count - 1)}};
    for (size_t i = first + 1; i + 1 < count; ++i) cores.workers.push_back(cpu(i));
    return cores;
}

Cores choose(const Config::Cores& config, const Machine& machine) {
    const bool given = !config.workers.empty() || !config.rx.empty() || !config.tx.empty();
    const bool separate = !config.rx.empty() || !config.tx.empty();
    const Layout layout = config.layout ? *config.layout
                          : given       ? (separate ? Layout::split : Layout::fused)
                                        : (machine.cpus.size() >= 3 ? Layout::split : Layout::fused);
    if (layout == Layout::fused && separate)
        refuse(config.rx.empty() ? "cores.tx" : "cores.rx", text(config.rx.empty() ? config.tx : config.rx),
               "the fused layout has no rx or tx cores; leave the key out, or set cores.layout to \"split\"");
    if (!given) return by_machine(layout, machine);
    for (const auto& [key, list] :
         {std::pair{"cores.rx", &config.rx}, {"cores.workers", &config.workers}, {"cores.tx", &config.tx}})
        if (list->empty() && layout == Layout::split)
            refuse(key, "[]",
                   "the split layout needs a CPU in each of cores.rx, cores.workers and cores.tx; or leave out all "
                   "three, and the machine decides");
    return {layout, config.rx, config.workers, config.tx};
}

// How a device spreads what comes over several receive queues.
enum class Spread : uint8_t {
    none,       // or not so that both directions of a conversation meet
    by_nic,     // receive side scaling; whether this NIC's can be made symmetric shows when it starts
    by_kernel,  // packet fanout's symmetric hash
    by_user     // each queue brings what its user gives it
};

Spread spread_of(const std::string& device) {
    if (device.starts_with("net_af_packet")) return Spread::by_kernel;
    if (device.starts_with("net_pcap") || device.starts_with("net_null")) return Spread::by_user;
    return device.starts_with("net_") || device.starts_with("eth_") ? Spread::none : Spread::by_nic;
}

void check_fused(const Config& config, const Cores& cores) {
    if (cores.layout != Layout::fused || cores.workers.size() == 1) return;
    const std::string workers = text(cores.workers);
    if (config.nat.headers)
        refuse("cores.workers", workers,
               "with nat.headers a host has another address on either side, so no port can bring both directions of a "
               "conversation to one fused worker; name one CPU, or use \"layout\": \"split\"");
    for (const auto& [key, device] : {std::pair{"ports.external.device", config.ports.external},
                                      std::pair{"ports.internal.device", config.ports.internal}})
        if (!device.empty() && spread_of(device) == Spread::none)
            refuse("cores.workers", workers,
                   std::string{"several fused workers need ports that bring both directions of a conversation to one "
                               "of them, by a symmetric hash of addresses, and "} +
                       key + " " + device + " does not; name one CPU, or use \"layout\": \"split\"");
}

// Roles to lcores: numbered as they are named, those of a CPU named more than once share it.
void place(Plan& plan, const Cores& cores, const Machine& machine) {
    const auto add = [&](Role role, const std::vector<unsigned>& cpus) {
        for (unsigned i = 0; i < cpus.size(); ++i) {
            const Machine::Cpu* cpu = machine.find(cpus[i]);
            const auto number = static_cast<unsigned>(plan.lcores.size() + 1);
            plan.lcores.push_back(
                {.number = number,
                 .cpu = cpus[i],
                 .node = cpu != nullptr ? cpu->node : 0,
                 .role = role,
                 .index = i,
                 .yields = cpu != nullptr && cpu->isolated ? stages::Yields::never : stages::Yields::when_idle,
                 .receives = {},
                 .transmits = {}});
        }
    };
    add(Role::rx, cores.rx);
    add(plan.layout == Layout::fused ? Role::fused : Role::worker, cores.workers);
    add(Role::tx, cores.tx);
    for (Plan::Lcore& lcore : plan.lcores) {
        const auto same = [&](const Plan::Lcore& other) { return other.cpu == lcore.cpu; };
        if (std::count_if(plan.lcores.begin(), plan.lcores.end(), same) > 1) lcore.yields = stages::Yields::always;
        plan.nodes = std::max(plan.nodes, lcore.node + 1);
    }
}

std::vector<Plan::Lcore*> of(Plan& plan, Role role) {
    std::vector<Plan::Lcore*> list;
    for (Plan::Lcore& lcore : plan.lcores)
        if (lcore.role == role) list.push_back(&lcore);
    return list;
}

constexpr std::array kBoth = {Side::external, Side::internal};

// Queues to lcores. Both ports have the same number of queues in both directions (net_tap wants that), and every
// receive queue is served: a frame that a queue keeps is a frame lost.
void deal_queues(Plan& plan) {
    if (plan.layout == Layout::fused) {
        plan.queues = static_cast<uint16_t>(plan.lcores.size());
        plan.spreads = plan.queues > 1;
        for (Plan::Lcore& lcore : plan.lcores)
            for (const Side side : kBoth) {
                lcore.receives.push_back({side, static_cast<uint16_t>(lcore.index)});
                lcore.transmits.push_back({side, static_cast<uint16_t>(lcore.index)});
            }
        return;
    }
    const auto receivers = of(plan, Role::rx), senders = of(plan, Role::tx);
    const auto each = [](size_t cores) { return static_cast<uint16_t>((cores + 1) / 2); };
    plan.queues = std::max(each(receivers.size()), each(senders.size()));
    size_t next = 0;
    for (uint16_t queue = 0; queue < plan.queues; ++queue)
        for (const Side side : kBoth) receivers[next++ % receivers.size()]->receives.push_back({side, queue});
    // A tx core has a queue of its own at each port it serves: all of them with one core, every other one with more.
    std::array<uint16_t, kSides> taken{};
    for (size_t i = 0; i < senders.size(); ++i)
        for (const Side side : kBoth)
            if (senders.size() == 1 || i % kSides == index(side))
                senders[i]->transmits.push_back({side, taken[index(side)]++});
}

unsigned frames_for(const Plan& plan) {
    const size_t rx = plan.of(Role::rx).size(), tx = plan.of(Role::tx).size(), workers = plan.workers();
    const size_t rings = rx * workers + (workers + rx) * tx;
    const size_t held = kSides * plan.queues * 2u * kDescriptors + rings * stages::FrameRing::kFrames +
                        plan.lcores.size() * (kCache * 3 / 2 + stages::kBurst);
    return static_cast<unsigned>(std::bit_ceil(held + 1) - 1);  // a mempool wants 2^n - 1
}

size_t state_bytes(const Plan& plan, const Plan::Lcore& lcore, const Config& config) {
    const size_t receivers = plan.of(Role::rx).size();
    Meter meter;
    if (lcore.role == Role::worker || lcore.role == Role::fused)
        (void)make_in<stages::WorkerState>(meter, uint16_t{0}, config.records.blocks, receivers, meter);
    if (lcore.role == Role::tx) (void)make_in<stages::Rings>(meter, plan.workers() + receivers, meter);
    return meter.bytes() + kSmallState;
}

void add_memory(Plan& plan, const Config& config) {
    for (const Plan::Lcore& lcore : plan.lcores)
        plan.memory.push_back({std::string{name_of(lcore.role)} + ' ' + std::to_string(lcore.index),
                               state_bytes(plan, lcore, config), lcore.node});
    for (unsigned node = 0; node < plan.nodes; ++node) {
        plan.memory.push_back({"policy, two generations", 2 * compiled_bytes(config), node});
        plan.memory.push_back({"frames", plan.frames * plan.frame_bytes, node});
    }
}

std::string_view courtesy(stages::Yields yields) {
    switch (yields) {
        case stages::Yields::never:
            return ", spins";
        case stages::Yields::when_idle:
            return ", yields when idle";
        case stages::Yields::always:
            return ", shares its CPU: yields after every burst";
    }
    return "";
}

std::string in_kilobytes(size_t bytes) { return std::to_string((bytes + 1023) / 1024) + " KB"; }

}  // namespace

std::string_view name_of(Role role) {
    switch (role) {
        case Role::rx:
            return "rx";
        case Role::worker:
            return "worker";
        case Role::tx:
            return "tx";
        case Role::fused:
            return "fused";
    }
    return "unknown";
}

std::vector<const Plan::Lcore*> Plan::of(Role role) const {
    std::vector<const Lcore*> list;
    for (const Lcore& lcore : lcores)
        if (lcore.role == role) list.push_back(&lcore);
    return list;
}

unsigned Plan::workers() const {
    return static_cast<unsigned>(of(layout == Layout::fused ? Role::fused : Role::worker).size());
}

unsigned Plan::tx_of(unsigned worker, Side side) const {
    std::vector<unsigned> serving;
    for (const Lcore* lcore : of(Role::tx))
        for (const Lcore::Queue& queue : lcore->transmits)
            if (queue.side == side) serving.push_back(lcore->index);
    return serving[worker % serving.size()];
}

size_t Plan::bytes() const {
    constexpr size_t kPage = 2 << 20;
    constexpr size_t kDpdk = 16 << 20;  // its ports' queues, hash tables' rings and the like, on each node
    size_t total = nodes * kDpdk;
    for (const Memory& item : memory) total += (item.bytes / kPage + 2) * kPage;  // a piece may begin inside a page
    return total;
}

Plan make_plan(const Config& config, const Machine& machine) {
    const Cores cores = choose(config.cores, machine);
    check_fused(config, cores);
    Plan plan;
    plan.layout = cores.layout;
    place(plan, cores, machine);
    deal_queues(plan);
    plan.frames = frames_for(plan);
    plan.frame_bytes = rte_mempool_calc_obj_size(sizeof(rte_mbuf) + RTE_MBUF_DEFAULT_BUF_SIZE, 0, nullptr);
    add_memory(plan, config);
    return plan;
}

std::string describe(const Plan& plan) {
    std::ostringstream out;
    out << "layout      "
        << (plan.layout == Layout::fused ? "fused: each core does rx, worker and tx for its queue of both ports"
                                         : "split: cores of their own for rx, workers and tx, rings between them")
        << '\n';
    for (const Plan::Lcore& lcore : plan.lcores) {
        out << "            CPU " << lcore.cpu << ": " << name_of(lcore.role) << ' ' << lcore.index;
        const auto queues = [&](const char* what, const std::vector<Plan::Lcore::Queue>& list) {
            if (list.empty()) return;
            out << ", " << what;
            for (const auto& queue : list)
                out << (queue.side == Side::external ? " external" : " internal") << ' ' << queue.queue;
        };
        queues("receives", lcore.receives);
        queues("transmits", lcore.transmits);
        out << courtesy(lcore.yields) << ", memory on node " << lcore.node << '\n';
    }
    out << "memory      " << (plan.bytes() >> 20) << " MB to reserve, DPDK's own in it\n";
    for (const Plan::Memory& item : plan.memory)
        out << "            node " << item.node << ": " << item.what << ": " << in_kilobytes(item.bytes) << '\n';
    return out.str();
}

}  // namespace snmpgate::app

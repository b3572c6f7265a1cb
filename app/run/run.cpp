#include "run/run.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <sched.h>
#include <signal.h>

#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_pause.h>
#include <systemd/sd-daemon.h>

#include "compile.hpp"
#include "cpus.hpp"
#include "eal.hpp"
#include "records/drain.hpp"
#include "run/ports.hpp"
#include "run/preflight.hpp"
#include "stages/rx.hpp"
#include "stages/tx.hpp"
#include "stages/worker.hpp"
#include "stats.hpp"

namespace snmpgate::app {
namespace {

using stages::kBurst;

constexpr unsigned kFrames = 16383;

// Wall-clock time from the TSC: one system call at start, none on the path; never goes back.
class Clock {
 public:
    Clock()
        : hz_(rte_get_tsc_hz()),
          tsc_(rte_rdtsc()),
          ns_(static_cast<uint64_t>(
              std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
                  .count())) {}
    [[nodiscard]] uint64_t now() const {
        const uint64_t cycles = rte_rdtsc() - tsc_;
        return ns_ + cycles / hz_ * kSecond + cycles % hz_ * kSecond / hz_;
    }

 private:
    static constexpr uint64_t kSecond = 1'000'000'000;
    uint64_t hz_;
    uint64_t tsc_;
    uint64_t ns_;
};

// What the fused lcore works on. `stop` is written by the control thread, all else by the lcore.
struct Fused {
    stages::Worker& worker;
    const Ports& ports;
    const Clock clock;
    const bool yields;
    std::atomic<bool> stop{false};
};

// One round: a burst from each side through the path. How many frames there were.
size_t poll(Fused& fused, stages::Egress& out) {
    size_t total = 0;
    for (const Side entered : {Side::external, Side::internal}) {
        std::array<rte_mbuf*, kBurst> room;
        const std::span<rte_mbuf*> in = stages::receive(fused.ports.id(entered), entered, room);
        if (in.empty()) continue;
        fused.worker.step(in, fused.clock.now(), out);
        const Side leaves = opposite(entered);
        stages::transmit(fused.ports.id(leaves), out.leaving(leaves), fused.worker.counters().sides[index(entered)]);
        total += in.size();
    }
    return total;
}

int fused_main(void* argument) {
    constexpr int kDrainRounds = 256;
    Fused& fused = *static_cast<Fused*>(argument);
    stages::Egress out;
    while (!fused.stop.load(std::memory_order_relaxed)) {
        if (poll(fused, out) != 0) continue;
        fused.worker.idle(fused.clock.now());
        if (fused.yields)
            sched_yield();
        else
            rte_pause();
    }
    // What the ports hold already still goes through.
    for (int i = 0; i < kDrainRounds && poll(fused, out) != 0; ++i) {
    }
    fused.worker.drain();
    return 0;
}

// Waits for the end and carries the workers' records away meanwhile.
void control(std::span<const std::unique_ptr<stages::BlockExchange>> exchanges, RecordWriter& writer, EveLog& eve,
             const sigset_t& signals) {
    constexpr timespec kTick{0, 10'000'000};
    while (true) {
        const bool busy = drain(exchanges, writer, eve);
        const timespec now{0, 0};
        const int signal = sigtimedwait(&signals, nullptr, busy ? &now : &kTick);
        if (signal == SIGTERM || signal == SIGINT) return;
        if (signal == SIGHUP)
            std::fputs("snmpgate: SIGHUP: reload is not in this version; restart to use a new config\n", stderr);
    }
}

unsigned worker_cpu(const Config& config) {
    return config.cores.workers.empty() ? allowed_cpus().front() : config.cores.workers.front();
}

std::vector<std::string> eal_arguments(const Config& config, const std::vector<std::string>& more) {
    // The main lcore is the control thread: it may run on any CPU. The worker's is its own.
    std::vector<std::string> arguments = {
        "--lcores=0@(" + listed(allowed_cpus()) + "),1@" + std::to_string(worker_cpu(config)), "--main-lcore=0"};
    for (const auto& list : {Ports::eal_arguments(config), config.eal, more})
        arguments.insert(arguments.end(), list.begin(), list.end());
    return arguments;
}

}  // namespace

void run(const Config& config, const std::vector<std::string>& more) {
    const std::vector<std::string> arguments = eal_arguments(config, more);
    preflight(config, arguments);

    // Blocked before any thread starts: they are waited for, never delivered.
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    const Eal eal{arguments};
    const auto policy = compile(config);
    const Pool pool = make_pool("frames", kFrames, SOCKET_ID_ANY);
    const Ports ports{config, *pool};
    std::vector<std::unique_ptr<stages::BlockExchange>> exchanges;
    exchanges.push_back(std::make_unique<stages::BlockExchange>(config.records.blocks, SOCKET_ID_ANY));
    RecordWriter writer{{.directory = config.records.directory,
                         .rotate_bytes = config.records.rotate_bytes,
                         .rotate_seconds = config.records.rotate_seconds}};
    EveLog eve{config.alerts.eve_file, EveLog::Existing::append, policy->realms.names()};
    const auto worker = std::make_unique<stages::Worker>(0, *policy, *exchanges.front());

    constexpr unsigned kWorkerLcore = 1;
    Fused fused{
        *worker,
        ports,
        {},
        !is_isolated(rte_lcore_to_cpu_id(kWorkerLcore) < 0 ? 0u
                                                           : static_cast<unsigned>(rte_lcore_to_cpu_id(kWorkerLcore)))};
    if (rte_eal_remote_launch(fused_main, &fused, kWorkerLcore) != 0)
        throw std::runtime_error("the worker's lcore does not start");
    std::fputs("snmpgate: ready\n", stderr);
    sd_notify(0, "READY=1");

    control(exchanges, writer, eve, signals);
    sd_notify(0, "STOPPING=1");
    fused.stop.store(true, std::memory_order_relaxed);
    rte_eal_wait_lcore(kWorkerLcore);
    drain(exchanges, writer, eve);
    writer.close();
    const stages::Counters* counters = &worker->counters();
    auto json = stats({&counters, 1});
    json["records"]["lost_writing"] = writer.counters().records_lost_writing;
    json["alerts"] = {{"written", eve.counters().written}, {"lost", eve.counters().lost}};
    std::cout << json.dump(2) << std::endl;
}

}  // namespace snmpgate::app

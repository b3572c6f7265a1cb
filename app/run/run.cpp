#include "run/run.hpp"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>

#include "alerts/eve.hpp"
#include "config/realms.hpp"
#include "control/commands.hpp"
#include "control/server.hpp"
#include "control/telemetry.hpp"
#include "eal.hpp"
#include "machine.hpp"
#include "plan.hpp"
#include "ports/preflight.hpp"
#include "records/carrier.hpp"
#include "run/appliance.hpp"
#include "wall_clock.hpp"

namespace snmpgate::app {
namespace {

using namespace std::chrono_literals;

// SIGTERM, SIGINT and SIGHUP as something to poll. They are blocked from here on, in threads that begin later too.
FileDescriptor signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return FileDescriptor{signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
}

std::vector<std::string> eal_arguments(const Config& config, const Plan& plan, const std::vector<std::string>& more) {
    // Lcore 0 is the control thread, on any CPU; the others are bound to theirs, which two of them may share.
    std::string lcores = "--lcores=0@(" + this_machine().listed() + ")";
    for (const Plan::Lcore& lcore : plan.lcores)
        lcores += "," + std::to_string(lcore.number) + "@" + std::to_string(lcore.cpu);
    std::vector<std::string> arguments = {lcores, "--main-lcore=0"};
    for (const auto& list : {Ports::eal_arguments(config), config.eal, more})
        arguments.insert(arguments.end(), list.begin(), list.end());
    return arguments;
}

// Does something now and then, in a loop that comes round more often.
class Every {
 public:
    explicit Every(std::chrono::steady_clock::duration period) : period_(period) {}
    [[nodiscard]] bool due(std::chrono::steady_clock::time_point now) {
        if (now < next_) return false;
        next_ = now + period_;
        return true;
    }

 private:
    std::chrono::steady_clock::duration period_;
    std::chrono::steady_clock::time_point next_{};
};

void reload(Commands& commands, Carrier& carrier) {
    carrier.reopen();
    try {
        const Json told = commands.call("reload", Json::object());
        std::fprintf(stderr, "snmpgate: reloaded, generation %s\n", told["generation"].dump().c_str());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "snmpgate: not reloaded, the policy in force stays: %s\n", error.what());
    }
}

// Until SIGTERM or SIGINT: the operator's requests, and what has to be done now and then.
void control(Appliance& appliance, Commands& commands, ControlServer& server, Carrier& carrier, int signals) {
    constexpr int kTick = 50;  // ms
    Every second{1s}, links{100ms};
    while (true) {
        std::vector<pollfd> waiting = {{signals, POLLIN, 0}};
        server.add_to(waiting);
        poll(waiting.data(), waiting.size(), kTick);
        signalfd_siginfo signal{};
        while (::read(signals, &signal, sizeof signal) == static_cast<ssize_t>(sizeof signal)) {
            if (signal.ssi_signo != SIGHUP) return;
            reload(commands, carrier);
        }
        server.serve(waiting);
        const auto now = std::chrono::steady_clock::now();
        if (links.due(now)) commands.exclusively([&] { appliance.ports().follow_links(now); });
        if (second.due(now)) appliance.clock().discipline(wall_clock());
        appliance.reclaim();
    }
}

}  // namespace

std::string would_start(const Config& config, const Plan& plan) {
    if (config.ports.external.empty() && config.ports.internal.empty()) return "";
    try {
        preflight(config, eal_arguments(config, plan, {}), plan.bytes());
        return "";
    } catch (const std::runtime_error& why) {
        return std::string{"warning     does not start here as it is: "} + why.what() + '\n';
    }
}

void run(const Config& config, const ConfigFiles& files, const std::vector<std::string>& more) {
    const Plan plan = make_plan(config, this_machine());
    const std::vector<std::string> arguments = eal_arguments(config, plan, more);
    preflight(config, arguments, plan.bytes());

    const FileDescriptor waiting = signals();
    const Eal eal{arguments};
    Appliance appliance{config, plan};
    RecordWriter writer{{.directory = config.records.directory,
                         .rotate_bytes = config.records.rotate_bytes,
                         .rotate_seconds = config.records.rotate_seconds}};
    EveLog eve{config.alerts.eve_file,
               EveLog::Existing::append,
               names_of(config.realms),
               {config.alerts.limit_count, config.alerts.limit_seconds}};
    Carrier carrier{appliance.exchanges(), writer, eve};
    Commands commands;
    Operator gate_operator{appliance, carrier, config, files, commands};
    ControlServer server{config.control.socket, commands};
    const Telemetry telemetry{commands, {"status", "stats", "reasons", "ports", "records", "blocks"}};
    appliance.start();
    std::fputs("snmpgate: ready\n", stderr);
    sd_notify(0, "READY=1");

    control(appliance, commands, server, carrier, waiting.get());
    sd_notify(0, "STOPPING=1");
    appliance.stop();
    carrier.stop();
    std::cout << commands.call("stats", Json::object()).dump(2) << std::endl;
}

}  // namespace snmpgate::app

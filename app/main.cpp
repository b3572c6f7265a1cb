#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <new>

#include <CLI/CLI.hpp>

#include "config/config.hpp"
#include "config/describe.hpp"
#include "control/nearest.hpp"
#include "machine.hpp"
#include "plan.hpp"
#include "replay/replay.hpp"
#include "run/run.hpp"

namespace {

using namespace snmpgate;

constexpr int kRefused = 2;  // a config or a command line that is not valid

using Files = app::ConfigFiles;

void add_files(CLI::App& command, Files& files) {
    command.add_option("--config", files.config, "the configuration, one JSON file")->required()->type_name("FILE");
    command.add_option("--driver", files.driver, "ports, cores and eal, merged under it")->type_name("FILE");
}

// CLI11 only says that a command is missing where one is mistyped.
void refuse_unknown(const CLI::App& program, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') return;
    std::vector<std::string> names;
    for (const CLI::App* command : program.get_subcommands(nullptr)) names.push_back(command->get_name());
    if (std::find(names.begin(), names.end(), argv[1]) == names.end())
        throw CLI::ParseError(app::unknown("command", argv[1], names), CLI::ExitCodes::ExtrasError);
}

app::Config load(const Files& files) {
    app::Config config = app::load_config(files.config, files.driver);
    for (const std::string& warning : app::warnings(config)) std::fprintf(stderr, "snmpgate: %s\n", warning.c_str());
    return config;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App program{"snmpgate: an SNMP application-level gateway and intrusion prevention for ARP and SNMP, inline"};
    program.require_subcommand(1);
    program.set_version_flag("--version", SNMPGATE_VERSION);
    Files files;
    std::vector<std::string> eal;
    app::ReplayOptions options;
    uint64_t seed = 1;

    CLI::App* run = program.add_subcommand("run", "the appliance, until SIGTERM");
    add_files(*run, files);
    run->add_option("eal", eal, "arguments for DPDK's EAL, behind --");

    CLI::App* check = program.add_subcommand("check", "checks the configuration and prints what it means");
    add_files(*check, files);

    CLI::App* replay = program.add_subcommand("replay", "the same path offline, from captures");
    add_files(*replay, files);
    replay->add_option("--external", options.external, "frames that enter by the external port")->type_name("PCAP");
    replay->add_option("--internal", options.internal, "frames that enter by the internal port")->type_name("PCAP");
    replay->add_option("--out", options.out, "folder for what comes out")->required()->type_name("DIR");
    replay->add_option("--workers", options.workers, "workers in lockstep")->check(CLI::Range(1, 64));
    replay->add_option("--seed", seed, "fixes every random choice; this version makes none")
        ->check(CLI::NonNegativeNumber);

    // A file-size limit then fails the write, which is counted, instead of ending the process.
    std::signal(SIGXFSZ, SIG_IGN);
    // Whoever reads what we say may go away: no reason to stop being a wire.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        refuse_unknown(program, argc, argv);
        program.parse(argc, argv);
        if (*run) app::run(load(files), files, eal);
        if (*check) {
            const app::Config config = app::load_config(files.config, files.driver);
            const app::Plan plan = app::make_plan(config, app::this_machine());
            std::cout << app::describe(config) << app::describe(plan) << app::would_start(config, plan);
        }
        if (*replay) {
            if (!options.external && !options.internal) throw CLI::RequiredError("--external or --internal");
            app::replay(load(files), options);
        }
        return 0;
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? 0 : kRefused;
    } catch (const app::ConfigError& error) {
        std::fprintf(stderr, "snmpgate: %s\n", error.what());
        return kRefused;
    } catch (const std::bad_alloc&) {
        std::fputs(
            "snmpgate: there is not enough memory for this configuration; shorten its lists, or give more with -m "
            "or hugepages\n",
            stderr);
        return 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "snmpgate: %s\n", error.what());
        return 1;
    }
}

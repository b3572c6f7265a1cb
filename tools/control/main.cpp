#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "client.hpp"
#include "control/nearest.hpp"
#include "render.hpp"

namespace {

using namespace snmpgate;
using Json = nlohmann::ordered_json;

constexpr int kRefused = 1;     // by snmpgate, or it could not be reached
constexpr int kWrongUsage = 2;  // the command line

struct Options {
    std::filesystem::path socket = "/run/snmpgate/control.sock";
    bool json = false;
};

void add_common(CLI::App& app, Options& options) {
    app.add_option("--socket", options.socket, "control.socket of its configuration")
        ->type_name("PATH")
        ->capture_default_str();
    app.add_flag("--json", options.json, "the result as it came, one JSON object");
}

// Which word was mistyped, or nothing if that is not what is wrong.
std::string mistyped(const CLI::App& program) {
    std::vector<std::string> commands;
    for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
        commands.push_back(command->get_name());
    const std::vector<CLI::App*> chosen = program.get_subcommands();
    const CLI::App& asked = chosen.empty() ? program : *chosen.front();
    for (const std::string& word : program.remaining(true)) {
        const bool option = word.starts_with('-');
        if (!option && chosen.empty()) return app::unknown("command", word, commands);
        std::vector<std::string> options;
        for (const CLI::Option* known : asked.get_options())
            if (!known->get_lnames().empty()) options.push_back("--" + known->get_lnames().front());
        if (option) return app::unknown("option", word.substr(0, word.find('=')), options);
        return "\"" + word + "\" is too much; `snmpgatectl " + asked.get_name() + " --help` tells what may stand there";
    }
    return chosen.empty() ? "what? The commands are in `snmpgatectl --help`" : "";
}

int wrong_usage(const CLI::App& program, const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);
    const auto is = [&error](CLI::ExitCodes code) { return error.get_exit_code() == static_cast<int>(code); };
    const bool words = is(CLI::ExitCodes::ExtrasError) || is(CLI::ExitCodes::RequiredError);
    const std::string word = words ? mistyped(program) : "";
    std::fprintf(stderr, "snmpgatectl: %s\n", word.empty() ? error.what() : word.c_str());
    return kWrongUsage;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App program{"Asks and orders a running snmpgate over its control socket (docs/control.md).", "snmpgatectl"};
    program.require_subcommand(1);
    program.set_version_flag("--version", SNMPGATE_VERSION);
    Options options;
    add_common(program, options);

    std::string command;
    Json arguments = Json::object();
    std::chrono::seconds patience{5};
    const auto add = [&](const char* name, const char* what) {
        CLI::App* sub = program.add_subcommand(name, what);
        add_common(*sub, options);
        sub->callback([&command, name] { command = name; });
        return sub;
    };
    bool all = false, list = false;
    std::string mode;
    const std::vector<std::string> modes = {"monitor", "prevent"};
    std::vector<std::string> targets;
    const char* const target_help = "MAC addresses, hosts and prefixes: all of them, or none if one is not valid";

    add("status", "what runs, since when, and each core");
    add("stats", "the books: every frame that came, and where it went");
    add("reasons", "how often each reason discarded, or would have")
        ->add_flag("--all", all, "those too that never did");
    CLI::App* block = add("block", "blocks devices until snmpgate ends; without TARGET lists what is blocked");
    CLI::Option* blocked = block->add_option("TARGET", targets, target_help);
    block->add_flag("--list", list, "list what is blocked")->excludes(blocked);
    add("unblock", "takes blocks back until snmpgate ends, the configuration's too")
        ->add_option("TARGET", targets, target_help)
        ->required();
    add("mode", "tells the mode, or sets it until the next reload")
        ->add_option("MODE", mode, "monitor: discard nothing by decision; prevent: do")
        ->check([&modes](const std::string& word) {
            return std::count(modes.begin(), modes.end(), word) != 0 ? "" : app::unknown("mode", word, modes);
        });
    add("reload", "reads the configuration anew; one that is not valid changes nothing");
    add("records", "where records go, how many, and how many were lost");
    add("ports", "devices, links, and what their NICs count");

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return wrong_usage(program, error);
    }
    if (command == "reasons" && all) arguments["all"] = true;
    if (command == "block" && targets.empty()) command = "blocks";
    if (!targets.empty()) arguments["targets"] = targets;
    if (!mode.empty()) arguments["mode"] = mode;
    if (command == "reload") patience = std::chrono::seconds{60};

    try {
        const Json result = control::ask(options.socket, command, arguments, patience);
        std::cout << (options.json ? result.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'
                                   : control::render(command, result));
        return std::cout.flush() ? 0 : kRefused;
    } catch (const control::Refused& refused) {
        std::fprintf(stderr, "snmpgatectl: %s\n", refused.what());
        return kRefused;
    }
}

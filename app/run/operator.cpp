#include "run/operator.hpp"

#include <algorithm>
#include <stdexcept>

#include "config/address.hpp"
#include "config/describe.hpp"
#include "config/realms.hpp"

namespace snmpgate::app {
namespace {

std::string_view name_of(decide::Mode mode) { return mode == decide::Mode::monitor ? "monitor" : "prevent"; }

// What is built at the start and stays: a reload may not change it.
void check_unchanged(const Config& running, const Config& fresh, const std::string& file) {
    const auto same = [&](bool equal, const char* key) {
        if (!equal)
            throw ConfigError(file + ": " + key +
                              ": has changed, and is taken at the start only; put it back, or restart "
                              "snmpgate");
    };
    same(running.ports.external == fresh.ports.external, "ports.external.device");
    same(running.ports.internal == fresh.ports.internal, "ports.internal.device");
    same(running.ports.mtu == fresh.ports.mtu, "ports.mtu");
    same(running.ports.propagate_link == fresh.ports.propagate_link, "ports.propagate_link");
    same(running.cores.layout == fresh.cores.layout, "cores.layout");
    same(running.cores.rx == fresh.cores.rx, "cores.rx");
    same(running.cores.workers == fresh.cores.workers, "cores.workers");
    same(running.cores.tx == fresh.cores.tx, "cores.tx");
    same(running.eal == fresh.eal, "eal");
    same(running.records.directory == fresh.records.directory, "records.directory");
    same(running.records.blocks == fresh.records.blocks, "records.blocks");
    same(running.records.rotate_bytes == fresh.records.rotate_bytes, "records.rotate_bytes");
    same(running.records.rotate_seconds == fresh.records.rotate_seconds, "records.rotate_seconds");
    same(running.alerts.eve_file == fresh.alerts.eve_file, "alerts.eve.file");
    same(running.control.socket == fresh.control.socket, "control.socket");
}

std::vector<Target> targets_of(const Json& arguments) {
    if (!arguments.contains("targets") || !arguments["targets"].is_array() || arguments["targets"].empty())
        throw std::runtime_error("targets: must be a list of MAC addresses, hosts and prefixes");
    std::vector<Target> targets;
    for (const Json& target : arguments["targets"]) {
        if (!target.is_string()) throw std::runtime_error("targets: each must be a text");
        targets.push_back(parse_target(target));
    }
    return targets;
}

}  // namespace

Operator::Operator(Appliance& appliance, Carrier& carrier, Config config, ConfigFiles files, Commands& commands)
    : appliance_(appliance),
      carrier_(carrier),
      config_(std::move(config)),
      files_(std::move(files)),
      configured_mode_(config_.mode) {
    commands.add("status", [this](const Json&) { return status(); });
    commands.add("stats", [this](const Json&) { return stats(); });
    commands.add("reasons",
                 [this](const Json& arguments) { return reasons(appliance_.books(), arguments.value("all", false)); });
    commands.add("records", [this](const Json&) { return records(); });
    commands.add("ports", [this](const Json&) { return ports(); });
    commands.add("blocks", [this](const Json&) { return blocks(); });
    commands.add("block", [this](const Json& arguments) { return order(arguments, true); });
    commands.add("unblock", [this](const Json& arguments) { return order(arguments, false); });
    commands.add("mode", [this](const Json& arguments) { return mode(arguments); });
    commands.add("reload", [this](const Json&) { return reload(); });
}

Operator::Answer Operator::reload() {
    Config fresh = load_config(files_.config, files_.driver);
    const decide::Mode configured = fresh.mode;
    if (ordered_mode_) fresh.mode = *ordered_mode_;
    check_unchanged(config_, fresh, files_.config.string());
    const uint64_t was = generation_;
    std::vector<std::string> told = warnings(fresh);
    if (fresh.mode != configured)
        told.push_back(std::string{"mode: stays "} + std::string{name_of(fresh.mode)} +
                       " as ordered; the configuration says " + std::string{name_of(configured)});
    const bool adopted = appliance_.publish(fresh, orders_, was + 1, false);
    carrier_.adopt(names_of(fresh.realms), {fresh.alerts.limit_count, fresh.alerts.limit_seconds});
    config_ = std::move(fresh);
    configured_mode_ = configured;
    generation_ = was + 1;
    return {{"generation", generation_}, {"was", was}, {"adopted", adopted}, {"warnings", told}};
}

Operator::Answer Operator::order(const Json& arguments, bool block) {
    const std::vector<Target> targets = targets_of(arguments);
    Orders orders = orders_;
    const Orders::Outcome outcome = orders.apply(config_.blocklist, targets, block);
    const bool adopted = outcome.changed.empty() || appliance_.publish(config_, orders, generation_, true);
    orders_ = std::move(orders);
    return {{"changed", outcome.changed},
            {"unchanged", outcome.unchanged},
            {"adopted", adopted},
            {"macs", orders_.blocked_macs(config_.blocklist)},
            {"prefixes", orders_.blocked_prefixes(config_.blocklist)}};
}

Operator::Answer Operator::mode(const Json& arguments) {
    const decide::Mode was = config_.mode;
    bool adopted = true;
    if (arguments.contains("mode")) {
        const Json& wanted = arguments["mode"];
        if (wanted != "monitor" && wanted != "prevent")
            throw std::runtime_error("mode = " + shown(wanted) + ": must be \"monitor\" or \"prevent\"");
        Config config = config_;
        config.mode = wanted == "monitor" ? decide::Mode::monitor : decide::Mode::prevent;
        ordered_mode_ = config.mode == configured_mode_ ? std::nullopt : std::optional{config.mode};
        if (config.mode != was) adopted = appliance_.publish(config, orders_, generation_, true);
        config_ = std::move(config);
    }
    return {{"mode", name_of(config_.mode)}, {"was", name_of(was)}, {"adopted", adopted}};
}

Operator::Answer Operator::stats() const {
    Answer answer = app::stats(appliance_.books());
    const Carrier::Counters carried = carrier_.counters();
    answer["records"]["lost_writing"] = carried.records.records_lost_writing;
    answer["alerts"] = to_json(carried.alerts);
    answer["generation"] = generation_;
    answer["mode"] = name_of(config_.mode);
    for (const auto& [name, side] : {std::pair{"external", Side::external}, {"internal", Side::internal}}) {
        const PortState port = appliance_.ports().state(side);
        answer["ports"][name]["nic"] = {
            {"missed", port.missed}, {"errors", port.errors}, {"no_mbuf", port.no_mbuf}, {"tx_errors", port.tx_errors}};
    }
    answer["lcores"] = appliance_.lcores();
    return answer;
}

Operator::Answer Operator::status() const {
    const Stages& books = appliance_.books();
    const Answer all = app::stats(books);
    Answer answer = {
        {"version", SNMPGATE_VERSION},
        {"config", files_.config.string()},
        {"driver", files_.driver ? files_.driver->string() : ""},
        {"uptime_seconds",
         std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - since_).count()},
        {"mode", name_of(config_.mode)},
        {"generation", generation_},
        {"layout", appliance_.layout() == Layout::split ? "split" : "fused"},
        {"received", received(books)},
        {"sent", sent(books)},
        {"discarded", discarded(books)},
        {"in_flight", all["in_flight"]}};
    answer["lcores"] = appliance_.lcores();
    answer["memory"] = appliance_.memory();
    return answer;
}

Operator::Answer Operator::records() const {
    const Carrier::Counters carried = carrier_.counters();
    const Answer all = app::stats(appliance_.books());
    return {{"directory", config_.records.directory.string()},
            {"file", carried.file},
            {"files", carried.records.files},
            {"blocks", carried.records.blocks},
            {"records", carried.records.records},
            {"wanted", all["records"]["wanted"]},
            {"lost", all["records"]["lost"]},
            {"lost_writing", carried.records.records_lost_writing}};
}

Operator::Answer Operator::ports() const {
    const Answer all = app::stats(appliance_.books());
    Answer list = Answer::array();
    for (const auto& [name, side] : {std::pair{"external", Side::external}, {"internal", Side::internal}}) {
        const PortState port = appliance_.ports().state(side);
        const Answer& books = all["ports"][name];
        uint64_t gone = 0;
        for (const auto& [reason, count] : books["discarded"].items()) gone += count.get<uint64_t>();
        list.push_back({{"port", name},
                        {"device", port.device},
                        {"driver", port.driver},
                        {"mac", port.mac},
                        {"link", name_of(port.link)},
                        {"lowered", port.lowered},
                        {"speed_mbps", port.speed_mbps},
                        {"mtu", port.mtu},
                        {"received", books["received"]},
                        {"sent", all["ports"][name == std::string{"external"} ? "internal" : "external"]["sent"]},
                        {"discarded", gone},
                        {"nic",
                         {{"missed", port.missed},
                          {"errors", port.errors},
                          {"no_mbuf", port.no_mbuf},
                          {"tx_errors", port.tx_errors}}}});
    }
    return {{"ports", list}};
}

Operator::Answer Operator::blocks() const {
    // Blocked now: as configured, and as ordered since.
    std::vector<std::string> macs, prefixes;
    for (const wire::Mac& mac : config_.blocklist.macs) {
        const auto at = orders_.macs().find(mac.key());
        if (at == orders_.macs().end() || at->second) macs.push_back(to_text(mac));
    }
    Answer ordered = Answer::array();
    for (const Orders::Order& given : orders_.list()) {
        const std::string text = to_text(given.target);
        ordered.push_back({{"target", text}, {"action", given.block ? "block" : "unblock"}});
        const bool listed = std::find(macs.begin(), macs.end(), text) != macs.end();
        if (given.block && !listed && std::holds_alternative<wire::Mac>(given.target)) macs.push_back(text);
    }
    for (const locate::Prefix& prefix : orders_.prefixes(config_.blocklist)) prefixes.push_back(to_text(prefix));
    return {{"macs", macs},
            {"prefixes", prefixes},
            {"configured", {{"macs", config_.blocklist.macs.size()}, {"prefixes", config_.blocklist.prefixes.size()}}},
            {"runtime", ordered}};
}

}  // namespace snmpgate::app

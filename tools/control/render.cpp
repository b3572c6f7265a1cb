#include "render.hpp"

#include <functional>
#include <map>

#include "text.hpp"

namespace snmpgate::control {
namespace {

bool is_table(const Json& value) { return value.is_array() && !value.empty() && value.front().is_object(); }

const Json& member(const Json& object, const char* key) {
    static const Json kNone;
    return object.is_object() && object.contains(key) ? object[key] : kNone;
}

std::string text_of(const Json& object, const char* key) { return shown(key, member(object, key)); }

bool has(const Json& object, const char* key) { return !member(object, key).is_null(); }

// Every entry of a list that is a text, each behind `before` on a line of its own.
std::string lines(const std::string& before, const Json& list) {
    std::string text;
    for (const Json& entry : list) text += before + shown("", entry) + '\n';
    return text;
}

// Scalars as a list of keys and values, then what is inside of other members under a heading of its own.
std::string outline(const Json& object, const std::string& heading = "") {
    Table scalars;
    bool any = false;
    std::string inner;
    for (const auto& [key, value] : object.items()) {
        const std::string name = heading.empty() ? title(key) : heading + ", " + title(key);
        if (is_table(value)) {
            inner += '\n' + name + '\n' + Table::of(value).text();
        } else if (value.is_object()) {
            if (!value.empty()) inner += outline(value, name);
        } else if (!value.is_array() || !value.empty()) {
            scalars.add({{title(key)}, {shown(key, value)}});
            any = true;
        }
    }
    const std::string head = heading.empty() ? "" : '\n' + heading + '\n';
    return (any ? head + scalars.text() : "") + inner;
}

// What share of its rounds an lcore found something to do in.
void add_load(Json& lcores) {
    for (Json& lcore : lcores) {
        if (!member(lcore, "rounds").is_number() || !member(lcore, "busy_rounds").is_number()) continue;
        const double rounds = lcore["rounds"], busy = lcore["busy_rounds"];
        char text[16];
        std::snprintf(text, sizeof text, "%.1f %%", rounds > 0 ? 100 * busy / rounds : 0.0);
        lcore["busy"] = text;
    }
}

std::string status(Json result) {
    std::string text = "snmpgate";
    if (has(result, "version")) text += ' ' + text_of(result, "version");
    if (has(result, "mode")) text += ", mode " + text_of(result, "mode");
    if (has(result, "uptime_seconds")) text += ", up " + text_of(result, "uptime_seconds");
    text += '\n';
    for (const char* key : {"version", "mode", "uptime_seconds"}) result.erase(key);
    if (result.contains("lcores")) add_load(result["lcores"]);
    return text + outline(result);
}

// A reason's counts in one place, from the objects that list them by what was done.
std::string by_reason(const Json& stats) {
    Json rows = Json::array();
    std::map<std::string, size_t> at;
    for (const char* done : {"discarded", "would_discard", "passed"}) {
        for (const auto& [reason, count] : member(stats, done).items()) {
            const auto [it, fresh] = at.try_emplace(reason, rows.size());
            if (fresh) rows.push_back({{"reason", reason}, {"discarded", 0}, {"would_discard", 0}, {"passed", 0}});
            rows[it->second][done] = count;
        }
    }
    return rows.empty() ? "" : "\nreasons\n" + Table::of(rows).text();
}

bool is_by_reason(std::string_view key) { return key == "discarded" || key == "would_discard" || key == "passed"; }

// Books whose counts by reason have become their sums.
Json summed(const Json& books) {
    Json sums = Json::object();
    for (const auto& [key, value] : books.items()) {
        sums[key] = value;
        if (!is_by_reason(key) || !value.is_object()) continue;
        uint64_t sum = 0;
        for (const Json& count : value)
            if (count.is_number_unsigned()) sum += count.get<uint64_t>();
        sums[key] = sum;
    }
    return sums;
}

std::string stats(const Json& result) {
    Json columns = {{"all", Json::object()}}, workers = Json::array(), rest = Json::object();
    const Json totals = summed(result);
    for (const auto& [key, value] : totals.items()) {
        if (key == "ports") {
            for (const auto& [port, books] : value.items()) columns[port] = summed(books);
        } else if (key == "workers") {
            for (const Json& books : value) {
                Json row = {{"worker", workers.size()}};
                const Json sums = summed(books);
                for (const auto& [name, count] : sums.items())
                    if (count.is_number()) row[name] = count;
                workers.push_back(std::move(row));
            }
        } else if (value.is_number() && key != "generation") {
            columns["all"][key] = value;
        } else {
            rest[key] = value;
        }
    }
    std::string text = Table::side_by_side(columns).text() + by_reason(result);
    if (rest.contains("lcores")) add_load(rest["lcores"]);
    if (!workers.empty()) text += "\nworkers\n" + Table::of(workers).text();
    const std::string more = outline(rest);
    return text + (more.starts_with('\n') || more.empty() ? "" : "\n") + more;
}

std::string reasons(const Json& result) {
    const Json& list = member(result, "reasons");
    if (list.empty()) return "nothing was discarded, would have been, or passed with a reason\n";
    return Table::of(list, {"number", "name"}).text();
}

std::string plural(const Json& result, const char* key, const std::string& one, const std::string& many) {
    return text_of(result, key) + ' ' + (member(result, key) == 1 ? one : many);
}

std::string totals(const Json& result) {
    if (!has(result, "macs") || !has(result, "prefixes")) return "";
    return "blocked now: " + plural(result, "macs", "MAC address", "MAC addresses") + ", " +
           plural(result, "prefixes", "prefix", "prefixes") + '\n';
}

std::string blocks(const Json& result) {
    const Json &macs = member(result, "macs"), &prefixes = member(result, "prefixes");
    std::string text = lines("", macs) + lines("", prefixes);
    if (text.empty()) text = "nothing is blocked\n";
    if (const Json& configured = member(result, "configured"); configured.is_object())
        text += "\nin the configuration: " + plural(configured, "macs", "MAC address", "MAC addresses") + ", " +
                plural(configured, "prefixes", "prefix", "prefixes") + '\n';
    if (const Json& runtime = member(result, "runtime"); is_table(runtime))
        text += "\nordered since the start\n" + Table::of(runtime, {"action", "target"}).text();
    return text;
}

std::string block(const Json& result) {
    if (member(result, "macs").is_array()) return blocks(result);
    return lines("blocked ", member(result, "changed")) + lines("was blocked already: ", member(result, "unchanged")) +
           totals(result);
}

std::string unblock(const Json& result) {
    return lines("unblocked ", member(result, "changed")) + lines("was not blocked: ", member(result, "unchanged")) +
           totals(result);
}

std::string mode(const Json& result) {
    const bool same = member(result, "mode") == member(result, "was") || !has(result, "was");
    return "mode " + text_of(result, "mode") + (same ? "" : ", was " + text_of(result, "was")) + '\n';
}

std::string reload(const Json& result) {
    return "reloaded: generation " + text_of(result, "generation") +
           (has(result, "was") ? ", was " + text_of(result, "was") : "") + '\n' +
           lines("warning: ", member(result, "warnings"));
}

std::string ports(const Json& result) {
    Json columns = Json::object();
    for (const Json& port : member(result, "ports")) {
        const std::string name = has(port, "port") ? text_of(port, "port") : std::to_string(columns.size());
        columns[name] = port;
        if (port.is_object()) columns[name].erase("port");
    }
    return Table::side_by_side(columns).text();
}

}  // namespace

std::string render(const std::string& command, const Json& result) {
    static const std::map<std::string, std::function<std::string(const Json&)>> kRenderers = {
        {"status", status}, {"stats", stats},     {"reasons", reasons}, {"block", block}, {"blocks", blocks},
        {"mode", mode},     {"unblock", unblock}, {"reload", reload},   {"ports", ports}};
    const auto it = kRenderers.find(command);
    const std::string late = member(result, "adopted") == false ? "not every core has adopted it yet\n" : "";
    return (it != kRenderers.end() ? it->second(result) : outline(result)) + late;
}

}  // namespace snmpgate::control

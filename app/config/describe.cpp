#include "config/describe.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

#include "config/realms.hpp"

namespace snmpgate::app {
namespace {

std::string_view name_of(AlgLevel level) {
    switch (level) {
        case AlgLevel::off:
            return "off";
        case AlgLevel::basic:
            return "basic";
        case AlgLevel::advanced:
            return "advanced";
    }
    return "unknown";
}

std::string_view name_of(decide::OnFailure what) { return what == decide::OnFailure::forward ? "forward" : "discard"; }

template <typename List>
std::string joined(const List& list) {
    std::ostringstream out;
    for (const auto& item : list) out << (&item == &list.front() ? "" : ", ") << item;
    return out.str();
}

// Tables whose index holds addresses are walked in address order (RFC 2962, 4.2: a manager that checks order calls the
// agent broken). A walk stays in order where the maps, sorted by private address, are sorted by public address too:
// inside one map, addresses keep their distance. The first pair that breaks it, if any.
using Pair = std::pair<locate::MapSpec, locate::MapSpec>;
std::optional<Pair> order_breaker(const locate::RealmSpec& realm) {
    auto maps = realm.maps;
    const auto by_private = [](const auto& a, const auto& b) { return a.private_base < b.private_base; };
    const auto falls = [](const auto& a, const auto& b) { return a.public_base > b.public_base; };
    std::sort(maps.begin(), maps.end(), by_private);
    const auto at = std::adjacent_find(maps.begin(), maps.end(), falls);
    return at == maps.end() ? std::nullopt : std::optional(Pair{at[0], at[1]});
}

std::string arrow(const locate::MapSpec& map) { return private_text(map) + " <-> " + public_text(map); }

void describe_plan(std::ostream& out, const Config& config) {
    const auto port = [](const std::string& device) { return device.empty() ? "not given" : device; };
    out << "mode        "
        << (config.mode == decide::Mode::monitor ? "monitor: nothing is discarded by decision" : "prevent")
        << "\nports       external: " << port(config.ports.external)
        << "\n            internal: " << port(config.ports.internal) << '\n';
    if (!config.eal.empty()) {
        out << "EAL        ";
        for (const std::string& argument : config.eal) out << ' ' << argument;
        out << '\n';
    }
}

void describe_policy(std::ostream& out, const Config& config) {
    out << "ALG         " << name_of(config.alg.level) << ", UDP ports " << joined(config.alg.ports) << ", headers "
        << (config.nat.headers ? "translated too" : "left to the NAT box beside")
        << "\nfailures    malformed frame: " << name_of(config.frames.malformed)
        << ", SNMP that does not parse: " << name_of(config.alg.unparsable)
        << ", that cannot be translated: " << name_of(config.alg.untranslatable)
        << ", ring full: " << name_of(config.frames.ring_full) << "\nblocklist   " << config.blocklist.macs.size()
        << " MACs, " << config.blocklist.prefixes.size() << " prefixes\n";
}

void describe_realm(std::ostream& out, const locate::RealmSpec& realm) {
    out << "  " << realm.name << ": "
        << (realm.vlans.empty() ? "untagged and any VLAN that no other realm names" : "VLAN " + joined(realm.vlans))
        << '\n';
    for (const locate::MapSpec& map : realm.maps) out << "    " << arrow(map) << '\n';
    if (realm.maps.empty()) {
        out << "    no map: nothing of it is translated\n";
    } else if (const auto pair = order_breaker(realm)) {
        out << "    breaks address order: " << arrow(pair->first) << " comes before " << arrow(pair->second)
            << " inside, after it outside; walks over address indexes may stop there\n";
    } else {
        out << "    keeps address order\n";
    }
}

}  // namespace

std::string describe(const Config& config) {
    std::ostringstream out;
    describe_plan(out, config);
    describe_policy(out, config);
    out << "realms      " << config.realms.size() << (config.realms.empty() ? ": nothing is translated" : "") << '\n';
    for (const locate::RealmSpec& realm : config.realms) describe_realm(out, realm);
    for (const std::string& warning : warnings(config)) out << "warning     " << warning << '\n';
    return out.str();
}

std::vector<std::string> warnings(const Config& config) {
    std::vector<std::string> list;
    if (config.alg.level == AlgLevel::advanced)
        list.emplace_back(
            "alg.level: this version does the basic part of \"advanced\": IpAddress values, no instance "
            "identifiers, no OCTET STRINGs");
    if (!config.alg.oid_tables.empty())
        list.emplace_back("alg.oid_tables: not used in this version: " + joined(config.alg.oid_tables));
    return list;
}

}  // namespace snmpgate::app

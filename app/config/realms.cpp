#include "config/realms.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "config/address.hpp"

namespace snmpgate::app {
namespace {

constexpr Range kVlanIds = {1, 4094};  // IEEE 802.1Q, table 9-2: 0 is no VLAN, 4095 is reserved
constexpr size_t kMostNameLetters = 31;

locate::Prefix v4_prefix(uint32_t base, uint8_t length) {
    return {locate::Address::v4(base), static_cast<uint8_t>(length + locate::Prefix::kV4Offset)};
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

// One side of a map, and where it was configured.
struct Side {
    locate::Prefix prefix;
    size_t realm, map;
    const char* key;

    [[nodiscard]] std::string path() const {
        return member_path(element_path(member_path(element_path("realms", realm), "maps"), map), key);
    }
};

using Sides = std::vector<Side>;

Sides sides_of(const std::vector<locate::RealmSpec>& realms, size_t realm, bool is_private) {
    Sides sides;
    const auto& maps = realms[realm].maps;
    for (size_t i = 0; i < maps.size(); ++i) {
        const uint32_t base = is_private ? maps[i].private_base : maps[i].public_base;
        sides.push_back({v4_prefix(base, maps[i].length), realm, i, is_private ? "private" : "public"});
    }
    return sides;
}

// Sorted by address, where any two overlap, two neighbours do. Of the two the one configured later is refused.
void refuse_overlap(Sides sides, std::string_view file, std::string_view rule) {
    std::sort(sides.begin(), sides.end(),
              [](const Side& a, const Side& b) { return a.prefix.first() < b.prefix.first(); });
    const auto overlap = [](const Side& a, const Side& b) { return b.prefix.first() <= a.prefix.last(); };
    const auto at = std::adjacent_find(sides.begin(), sides.end(), overlap);
    if (at == sides.end()) return;
    const auto order = [](const Side& side) { return std::tie(side.realm, side.map); };
    const auto [earlier, later] = order(at[0]) < order(at[1]) ? std::pair(at[0], at[1]) : std::pair(at[1], at[0]);
    refuse(file, later.path(), quoted(to_text(later.prefix)),
           "overlaps " + to_text(earlier.prefix) + " of " + earlier.path() + "; " + std::string(rule));
}

void append(Sides& to, const Sides& from) { to.insert(to.end(), from.begin(), from.end()); }

// RFC 2962, 3.2 and figure 2: within a realm addresses are unique, and the realms' external addresses do not collide.
// Inside addresses of two realms may, as long as the VLAN tells the realms apart.
void check_prefixes(const std::vector<locate::RealmSpec>& realms, std::string_view file) {
    constexpr uint16_t kNoVlans = 0;
    std::map<uint16_t, std::vector<size_t>> by_vlan;
    for (size_t i = 0; i < realms.size(); ++i) {
        refuse_overlap(sides_of(realms, i, true), file, "private prefixes of a realm must be disjoint");
        for (uint16_t vlan : realms[i].vlans) by_vlan[vlan].push_back(i);
        if (realms[i].vlans.empty()) by_vlan[kNoVlans].push_back(i);
    }
    std::map<std::vector<size_t>, uint16_t> groups;  // realms that share VLANs, and the first of these
    for (const auto& [vlan, sharing] : by_vlan) groups.emplace(sharing, vlan);
    for (const auto& [sharing, vlan] : groups) {
        if (sharing.size() < 2) continue;
        Sides sides;
        for (size_t realm : sharing) append(sides, sides_of(realms, realm, true));
        refuse_overlap(sides, file,
                       vlan == kNoVlans
                           ? "private prefixes of realms without vlans must be disjoint, or give one of them vlans"
                           : "private prefixes of realms that share VLAN " + std::to_string(vlan) +
                                 " must be disjoint, or give them VLANs of their own");
    }
    Sides sides;
    for (size_t i = 0; i < realms.size(); ++i) append(sides, sides_of(realms, i, false));
    refuse_overlap(sides, file, "public prefixes must be disjoint over all realms");
}

locate::Prefix read_v4_prefix(const Value& value) {
    const std::string& text = value.text();
    const auto prefix = parse_prefix(text);
    if (prefix && text.find(':') != std::string::npos)
        value.refuse("IPv6 in a map is not in this version; must be IPv4, a.b.c.d/length or a host a.b.c.d");
    if (!prefix) value.refuse("must be an IPv4 prefix, a.b.c.d/length with length 0 to 32, or a host a.b.c.d");
    if (const auto network = network_of(*prefix); network != *prefix)
        value.refuse("has host bits set; the prefix is " + to_text(network));
    return *prefix;
}

locate::MapSpec read_map(Section& section) {
    constexpr std::string_view kWhat = "an IPv4 prefix, a.b.c.d/length, or a host a.b.c.d";
    locate::Prefix inside;
    section.required("private", kWhat, [&](const Value& value) { inside = read_v4_prefix(value); });
    locate::Prefix outside;
    section.required("public", kWhat, [&](const Value& value) {
        outside = read_v4_prefix(value);
        if (outside.length != inside.length)
            value.refuse("must be of the same length as its private prefix " + to_text(inside) +
                         ": a map is one to one");
    });
    return {inside.base.host_v4(), outside.base.host_v4(),
            static_cast<uint8_t>(inside.length - locate::Prefix::kV4Offset)};
}

std::string read_name(const Value& value, const std::vector<locate::RealmSpec>& before) {
    // What rte_telemetry takes in a name, so a realm is called the same everywhere.
    const std::string& name = value.text();
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (name.size() > kMostNameLetters || !std::all_of(name.begin(), name.end(), is_letter))
        value.refuse("must be a name of 1 to 31 letters, digits and _");
    for (size_t i = 0; i < before.size(); ++i)
        if (before[i].name == name)
            value.refuse("is the name of " + element_path("realms", i) + " too; each realm must have its own");
    return name;
}

locate::RealmSpec read_realm(Section& section, const std::vector<locate::RealmSpec>& before) {
    locate::RealmSpec realm;
    section.required("name", "a name of 1 to 31 letters, digits and _",
                     [&](const Value& value) { realm.name = read_name(value, before); });
    section.key("vlans", [&](const Value& list) {
        list.each("VLAN ids", [&](const Value& value) {
            const auto vlan = static_cast<uint16_t>(value.whole(kVlanIds));
            if (std::find(realm.vlans.begin(), realm.vlans.end(), vlan) != realm.vlans.end())
                value.refuse("is in this realm's list already; name each VLAN once");
            realm.vlans.push_back(vlan);
        });
    });
    section.key("maps", [&](const Value& list) {
        list.each("maps", [&](const Value& value) {
            value.section([&](Section& map) { realm.maps.push_back(read_map(map)); });
        });
    });
    return realm;
}

}  // namespace

std::vector<locate::RealmSpec> read_realms(const Value& list) {
    std::vector<locate::RealmSpec> realms;
    list.each("realms", [&](const Value& value) {
        if (realms.size() == locate::kMaxRealms)
            value.refuse("is one realm too many; at most " + std::to_string(locate::kMaxRealms) + " are possible");
        value.section([&](Section& section) { realms.push_back(read_realm(section, realms)); });
    });
    check_prefixes(realms, list.file());
    return realms;
}

std::string private_text(const locate::MapSpec& map) { return to_text(v4_prefix(map.private_base, map.length)); }
std::string public_text(const locate::MapSpec& map) { return to_text(v4_prefix(map.public_base, map.length)); }

std::vector<std::string> names_of(const std::vector<locate::RealmSpec>& realms) {
    std::vector<std::string> names;
    for (const locate::RealmSpec& realm : realms) names.push_back(realm.name);
    return names;
}

}  // namespace snmpgate::app

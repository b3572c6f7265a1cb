#include "locate/realms.hpp"

#include <algorithm>

namespace snmpgate::locate {
namespace {

constexpr uint32_t span_of(uint8_t length) { return length == 0 ? ~0u : (1u << (32 - length)) - 1; }

AddressMap one_direction(const RealmSpec& spec, Side entered, std::pmr::memory_resource& memory) {
    std::vector<AddressMap::Entry> entries;
    for (const MapSpec& map : spec.maps) {
        const bool outward = entered == Side::internal;
        const uint32_t from = outward ? map.private_base : map.public_base;
        entries.push_back({from, from + span_of(map.length), outward ? map.public_base : map.private_base});
    }
    return AddressMap{entries, memory};
}

Address address_at(std::span<const uint8_t> frame, size_t at, uint8_t size) {
    if (size == sizeof(wire::Ipv4)) return Address::of(wire::load<wire::Ipv4>(frame, at));
    if (size == sizeof(wire::Ipv6)) return Address::of(wire::load<wire::Ipv6>(frame, at));
    return {};
}

}  // namespace

AddressMap::AddressMap(std::span<const Entry> entries, std::pmr::memory_resource& memory) : table_({}, memory) {
    std::vector<RangeTable<uint32_t, uint32_t>::Range> ranges;
    for (const Entry& entry : entries) ranges.push_back({entry.first, entry.last, entry.image});
    table_ = RangeTable<uint32_t, uint32_t>{ranges, memory};
}

Realms::Realms(std::span<const RealmSpec> specs, Headers headers, std::pmr::memory_resource& memory)
    : headers_(headers), maps_(&memory), views_(&memory) {
    maps_.reserve(specs.size() + 1);
    maps_.emplace_back();
    std::array<uint16_t, 4096> members{};  // by VLAN: a bit for each realm that names it
    uint16_t without_vlan = 0;
    for (size_t i = 0; i < specs.size(); ++i) {
        const RealmSpec& spec = specs[i];
        maps_.push_back({one_direction(spec, Side::external, memory), one_direction(spec, Side::internal, memory)});
        const auto bit = static_cast<uint16_t>(1u << i);
        if (spec.vlans.empty()) without_vlan |= bit;
        for (const uint16_t vlan : spec.vlans) members[vlan] |= bit;
    }
    std::vector<uint16_t> known = {without_vlan};
    views_.push_back(make_view(specs, without_vlan, memory));
    for (size_t vlan = 1; vlan < members.size(); ++vlan) {
        if (members[vlan] == 0) continue;
        auto at = std::find(known.begin(), known.end(), members[vlan]);
        if (at == known.end()) {
            at = known.insert(known.end(), members[vlan]);
            views_.push_back(make_view(specs, members[vlan], memory));
        }
        view_of_vlan_[vlan] = static_cast<uint8_t>(at - known.begin());
    }
}

Realms::View Realms::make_view(std::span<const RealmSpec> specs, uint16_t members, std::pmr::memory_resource& memory) {
    uint8_t only = 0;
    std::vector<RangeTable<uint32_t, Private>::Range> privates;
    std::vector<RangeTable<uint32_t, Public>::Range> publics;
    for (size_t i = 0; i < specs.size(); ++i) {
        if ((members >> i & 1) == 0) continue;
        const auto realm = static_cast<uint8_t>(i + 1);
        only = members == 1u << i ? realm : 0;
        for (const MapSpec& map : specs[i].maps) {
            const uint32_t span = span_of(map.length);
            privates.push_back({map.private_base, map.private_base + span, {realm}});
            publics.push_back({map.public_base, map.public_base + span, {realm, map.private_base}});
        }
    }
    return {only, RangeTable<uint32_t, Private>{privates, memory}, RangeTable<uint32_t, Public>{publics, memory}};
}

std::optional<Realms::Found> Realms::find(const View& view, Side entered, const Address& address) const {
    if (!address.is_v4()) return std::nullopt;
    const uint32_t host = address.host_v4();
    const bool may_be_private = headers_ == Headers::translated_beside || entered == Side::internal;
    const bool may_be_public = headers_ == Headers::translated_beside || entered == Side::external;
    if (may_be_private)
        if (const auto* range = view.privates.find(host)) return Found{range->value.realm, host};
    if (may_be_public)
        if (const auto* range = view.publics.find(host))
            return Found{range->value.realm, range->value.private_first + (host - range->first)};
    return std::nullopt;
}

Ends Realms::locate(std::span<const uint8_t> frame, const wire::Packet& packet, Side entered) const {
    const View& view = views_[view_of_vlan_[packet.vlan]];
    const Address source = address_at(frame, packet.source_ip, packet.ip_size);
    const Address destination = address_at(frame, packet.destination_ip, packet.ip_size);
    Ends ends{entered == Side::internal ? source : destination, entered == Side::internal ? destination : source,
              view.only};
    if (view.privates.empty()) return ends;
    if (const auto inside = find(view, entered, ends.inside)) {
        ends.realm = inside->realm;
        ends.inside = Address::v4(inside->private_host);
    } else if (const auto outside = find(view, entered, ends.outside); outside && ends.realm == 0) {
        // Nobody of a realm is inside (an ARP probe's sender is 0.0.0.0): whom it speaks of chooses.
        ends.realm = outside->realm;
    }
    // Where we translate headers, an outside host that shares the realm's network has an image too, and the inside
    // speaks to that: the router 172.20.0.1 is 10.1.0.1 in here.
    if (headers_ == Headers::translated_here && entered == Side::internal && ends.outside.is_v4())
        if (const auto image = map(ends.realm, entered).image(ends.outside.host_v4()))
            ends.outside = Address::v4(*image);
    return ends;
}

}  // namespace snmpgate::locate

#include "compile.hpp"

namespace snmpgate::app {
namespace {

locate::Realms realms(const Config& config, std::pmr::memory_resource& memory) {
    const auto headers = config.nat.headers ? locate::Headers::translated_here : locate::Headers::translated_beside;
    return {config.realms, headers, memory};
}

decide::Stations stations(const std::vector<wire::Mac>& blocked, int node) {
    std::vector<decide::Stations::Entry> entries;
    for (const wire::Mac& mac : blocked) entries.push_back({mac, {.blocked = true}});
    return {entries, node};
}

decide::Stations ordered(const Orders& orders, int node) {
    std::vector<decide::Stations::Entry> entries;
    for (const Orders::Order& order : orders.list())
        if (const auto* mac = std::get_if<wire::Mac>(&order.target))
            entries.push_back({*mac, {.blocked = order.block}});
    return {entries, node};
}

}  // namespace

std::shared_ptr<Policy> compile(const Config& config, const Orders& orders, NodeMemory& memory, const Policy* before) {
    auto policy = make_in<Policy>(memory, memory);
    policy->mode = config.mode;
    policy->realms = realms(config, memory);
    policy->stations = before != nullptr ? before->stations : stations(config.blocklist.macs, memory.node());
    policy->ordered_stations = ordered(orders, memory.node());
    policy->prefixes_as_configured = !orders.unblocks_prefixes();
    if (before != nullptr && before->prefixes_as_configured && policy->prefixes_as_configured)
        policy->prefixes = before->prefixes;
    else
        policy->prefixes = decide::BlockedPrefixes{orders.standing_prefixes(config.blocklist), memory};
    policy->ordered_prefixes = decide::BlockedPrefixes{orders.added_prefixes(), memory};
    for (const uint16_t port : config.alg.ports) policy->snmp_ports.set(port);
    policy->translate_headers = config.nat.headers;
    policy->translate_values = config.alg.level != AlgLevel::off;
    policy->malformed = config.frames.malformed;
    policy->unparsable = config.alg.unparsable;
    policy->untranslatable = config.alg.untranslatable;
    policy->ring_full = config.frames.ring_full;
    for (const wire::Protocol protocol : config.records.also) policy->record_also.set(static_cast<size_t>(protocol));
    return policy;
}

size_t compiled_bytes(const Config& config) {
    Meter meter;
    const auto policy = make_in<Policy>(meter, meter);
    policy->realms = realms(config, meter);
    policy->prefixes = decide::BlockedPrefixes{config.blocklist.prefixes, meter};
    return meter.bytes() + decide::Stations::bytes(config.blocklist.macs.size()) +
           decide::Stations::bytes(Orders::kMost);
}

}  // namespace snmpgate::app

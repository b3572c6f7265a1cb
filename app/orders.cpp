#include "orders.hpp"

#include <algorithm>
#include <stdexcept>

#include "config/address.hpp"
#include "config/refusal.hpp"

namespace snmpgate::app {
namespace {

wire::Mac mac_of(uint64_t key) {
    wire::Mac mac;
    for (size_t i = mac.bytes.size(); i-- > 0; key >>= 8) mac.bytes[i] = static_cast<uint8_t>(key);
    return mac;
}

constexpr auto kByKey = [](const wire::Mac& mac) { return mac.key(); };

// The configuration's lists are sorted.
bool holds(const Config::Blocklist& list, const wire::Mac& mac) {
    return std::ranges::binary_search(list.macs, mac.key(), {}, kByKey);
}
bool holds(const Config::Blocklist& list, const locate::Prefix& prefix) {
    return std::ranges::binary_search(list.prefixes, prefix);
}

// How many are blocked, if so many are configured.
template <typename Map, typename Holds>
size_t counted(size_t configured, const Map& orders, Holds is_configured) {
    for (const auto& [key, block] : orders) {
        if (block && !is_configured(key)) ++configured;
        if (!block && is_configured(key)) --configured;
    }
    return configured;
}

// An order that says what the configuration says already is none.
template <typename Map, typename Key>
bool note(Map& orders, const Key& key, bool block, bool configured) {
    const auto at = orders.find(key);
    const bool now = at != orders.end() ? at->second : configured;
    if (now == block) return false;
    if (block == configured)
        orders.erase(at);
    else
        orders.insert_or_assign(key, block);
    return true;
}

}  // namespace

Target parse_target(const std::string& text) {
    if (parse_mac(text)) {
        try {
            return device_mac(text);
        } catch (const std::invalid_argument& why) {
            throw std::runtime_error(shown(text) + ": " + why.what());
        }
    }
    if (!parse_prefix(text))
        throw std::runtime_error(shown(text) +
                                 ": must be a MAC address as in 00:1b:54:aa:00:01, a host as in "
                                 "10.1.10.66, or a prefix as in 10.0.0.0/8 or 2001:db8::/32");
    try {
        return listed_prefix(text);
    } catch (const std::invalid_argument& why) {
        throw std::runtime_error(shown(text) + ": " + why.what());
    }
}

std::string to_text(const Target& target) {
    return std::visit([](const auto& value) { return to_text(value); }, target);
}

Orders::Outcome Orders::apply(const Config::Blocklist& configured, std::span<const Target> targets, bool block) {
    Orders next = *this;
    Outcome outcome;
    for (const Target& target : targets) {
        const bool changed =
            std::visit([&](const auto& value) { return next.apply(configured, value, block); }, target);
        (changed ? outcome.changed : outcome.unchanged).push_back(to_text(target));
    }
    if (next.macs_.size() + next.prefixes_.size() > kMost)
        throw std::runtime_error("there is room for " + std::to_string(kMost) + " orders, " +
                                 std::to_string(macs_.size() + prefixes_.size()) +
                                 " are given already; put them into the configuration's blocklist, and reload");
    *this = std::move(next);
    return outcome;
}

bool Orders::apply(const Config::Blocklist& configured, const wire::Mac& mac, bool block) {
    return note(macs_, mac.key(), block, holds(configured, mac));
}

bool Orders::apply(const Config::Blocklist& configured, const locate::Prefix& prefix, bool block) {
    return note(prefixes_, prefix, block, holds(configured, prefix));
}

std::vector<Orders::Order> Orders::list() const {
    std::vector<Order> list;
    for (const auto& [key, block] : macs_) list.push_back({mac_of(key), block});
    for (const auto& [prefix, block] : prefixes_) list.push_back({prefix, block});
    return list;
}

std::vector<locate::Prefix> Orders::standing_prefixes(const Config::Blocklist& configured) const {
    if (!unblocks_prefixes()) return configured.prefixes;
    std::vector<locate::Prefix> standing;
    for (const locate::Prefix& prefix : configured.prefixes) {
        const auto order = prefixes_.find(prefix);
        if (order == prefixes_.end() || order->second) standing.push_back(prefix);
    }
    return standing;
}

std::vector<locate::Prefix> Orders::added_prefixes() const {
    std::vector<locate::Prefix> added;
    for (const auto& [prefix, block] : prefixes_)
        if (block) added.push_back(prefix);
    return added;
}

bool Orders::unblocks_prefixes() const {
    return std::ranges::any_of(prefixes_, [](const auto& order) { return !order.second; });
}

std::vector<locate::Prefix> Orders::prefixes(const Config::Blocklist& configured) const {
    std::vector<locate::Prefix> all = standing_prefixes(configured);
    for (const locate::Prefix& prefix : added_prefixes())
        if (!holds(configured, prefix)) all.push_back(prefix);
    return all;
}

size_t Orders::blocked_macs(const Config::Blocklist& configured) const {
    return counted(configured.macs.size(), macs_, [&](uint64_t key) { return holds(configured, mac_of(key)); });
}

size_t Orders::blocked_prefixes(const Config::Blocklist& configured) const {
    return counted(configured.prefixes.size(), prefixes_,
                   [&](const locate::Prefix& prefix) { return holds(configured, prefix); });
}

}  // namespace snmpgate::app

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "config/config.hpp"

namespace snmpgate::app {

// What an operator blocks or unblocks: a MAC address, or a prefix (a host is one of full length).
using Target = std::variant<wire::Mac, locate::Prefix>;

// From text, as in the configuration's blocklist. Throws std::runtime_error that names what would be right.
[[nodiscard]] Target parse_target(const std::string& text);
[[nodiscard]] std::string to_text(const Target& target);

// What the operator said since the start, over the configuration: it holds for every generation until the program
// ends. Control thread.
class Orders {
 public:
    static constexpr size_t kMost = 4096;  // beyond: the configuration is the place

    struct Outcome {
        std::vector<std::string> changed, unchanged;
    };
    // All targets or none. Throws std::runtime_error if they do not fit.
    Outcome apply(const Config::Blocklist& configured, std::span<const Target> targets, bool block);

    struct Order {
        Target target;
        bool block;
    };
    [[nodiscard]] std::vector<Order> list() const;

    // Against the configuration, what is to be known of a MAC address: blocked or not.
    [[nodiscard]] const std::map<uint64_t, bool>& macs() const { return macs_; }  // by Mac::key()
    // The configured prefixes that are still blocked, and those blocked beside them.
    [[nodiscard]] std::vector<locate::Prefix> standing_prefixes(const Config::Blocklist& configured) const;
    [[nodiscard]] std::vector<locate::Prefix> added_prefixes() const;
    [[nodiscard]] bool unblocks_prefixes() const;
    // All prefixes blocked now.
    [[nodiscard]] std::vector<locate::Prefix> prefixes(const Config::Blocklist& configured) const;
    // How many are blocked now.
    [[nodiscard]] size_t blocked_macs(const Config::Blocklist& configured) const;
    [[nodiscard]] size_t blocked_prefixes(const Config::Blocklist& configured) const;

 private:
    bool apply(const Config::Blocklist& configured, const wire::Mac& mac, bool block);
    bool apply(const Config::Blocklist& configured, const locate::Prefix& prefix, bool block);

    std::map<uint64_t, bool> macs_;
    std::map<locate::Prefix, bool> prefixes_;
};

}  // namespace snmpgate::app

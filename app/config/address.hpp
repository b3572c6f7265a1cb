#pragma once

#include <optional>
#include <string>

#include "locate/prefix.hpp"
#include "wire/bytes.hpp"

// Addresses as people write them.
namespace snmpgate::app {

// "10.0.0.0/8", "10.0.0.1", "2001:db8::/32" or "2001:db8::1"; a bare address is a prefix of one. The host bits are as
// written: `network_of` clears them.
[[nodiscard]] std::optional<locate::Prefix> parse_prefix(const std::string& text);
[[nodiscard]] locate::Prefix network_of(const locate::Prefix& prefix);
[[nodiscard]] std::string to_text(const locate::Prefix& prefix);

// "00:1b:54:aa:00:01", in either case.
[[nodiscard]] std::optional<wire::Mac> parse_mac(const std::string& text);
[[nodiscard]] std::string to_text(const wire::Mac& mac);

// What a list may hold: a device's own MAC address; a prefix without host bits, of one family. They throw
// std::invalid_argument with what would be right.
[[nodiscard]] wire::Mac device_mac(const std::string& text);
[[nodiscard]] locate::Prefix listed_prefix(const std::string& text);

}  // namespace snmpgate::app

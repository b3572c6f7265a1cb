#include "config/address.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstdio>
#include <stdexcept>

#include <arpa/inet.h>

namespace snmpgate::app {
namespace {

std::optional<locate::Prefix> parse_address(const std::string& text) {
    if (wire::Ipv4 v4; inet_pton(AF_INET, text.c_str(), &v4) == 1) return locate::Prefix{locate::Address::of(v4), 128};
    if (wire::Ipv6 v6; inet_pton(AF_INET6, text.c_str(), &v6) == 1) return locate::Prefix{locate::Address::of(v6), 128};
    return std::nullopt;
}

template <typename T>
bool parse_all(std::string_view text, T& into, int base) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, into, base);
    return error == std::errc{} && stop == end;
}

}  // namespace

std::optional<locate::Prefix> parse_prefix(const std::string& text) {
    const size_t slash = text.find('/');
    std::optional<locate::Prefix> prefix = parse_address(text.substr(0, slash));
    if (!prefix || slash == std::string::npos) return prefix;

    const bool dotted = text.find(':') == std::string::npos;
    uint8_t length = 0;
    if (!parse_all(std::string_view(text).substr(slash + 1), length, 10) || length > (dotted ? 32 : 128))
        return std::nullopt;
    prefix->length = static_cast<uint8_t>(dotted ? length + locate::Prefix::kV4Offset : length);
    return prefix;
}

locate::Prefix network_of(const locate::Prefix& prefix) {
    const locate::Prefix zero{{}, prefix.length};
    const locate::Address host_bits = zero.last();
    return {{prefix.base.high & ~host_bits.high, prefix.base.low & ~host_bits.low}, prefix.length};
}

std::string to_text(const locate::Prefix& prefix) {
    char text[INET6_ADDRSTRLEN];
    const bool v4 = prefix.base.is_v4() && prefix.length >= locate::Prefix::kV4Offset;
    if (v4) {
        const wire::Ipv4 address{prefix.base.host_v4()};
        inet_ntop(AF_INET, &address, text, sizeof text);
    } else {
        const wire::Ipv6 address{wire::be64{prefix.base.high}, wire::be64{prefix.base.low}};
        inet_ntop(AF_INET6, &address, text, sizeof text);
    }
    if (prefix.length == 128) return text;
    return std::string(text) + '/' + std::to_string(v4 ? prefix.length - locate::Prefix::kV4Offset : prefix.length);
}

std::optional<wire::Mac> parse_mac(const std::string& text) {
    wire::Mac mac;
    constexpr size_t kStep = 3;  // two digits and a colon
    if (text.size() != mac.bytes.size() * kStep - 1) return std::nullopt;
    for (size_t i = 0; i < mac.bytes.size(); ++i) {
        if (i > 0 && text[i * kStep - 1] != ':') return std::nullopt;
        if (!parse_all(std::string_view(text).substr(i * kStep, 2), mac.bytes[i], 16)) return std::nullopt;
    }
    return mac;
}

std::string to_text(const wire::Mac& mac) {
    std::array<char, 18> text{};
    const auto& b = mac.bytes;
    std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
    return text.data();
}

wire::Mac device_mac(const std::string& text) {
    const auto mac = parse_mac(text);
    if (!mac)
        throw std::invalid_argument("must be a MAC address, six two-digit hexadecimal bytes as in 00:1b:54:aa:00:01");
    if (mac->is_group()) throw std::invalid_argument("is a group address, which no device has; must be a device's own");
    return *mac;
}

locate::Prefix listed_prefix(const std::string& text) {
    const auto prefix = parse_prefix(text);
    if (!prefix) throw std::invalid_argument("must be a prefix as in 10.0.0.0/8 or 2001:db8::/32, or a host's address");
    if (const auto network = network_of(*prefix); network != *prefix)
        throw std::invalid_argument("has host bits set; the prefix is " + to_text(network));
    // Tables keep IPv4 as ::ffff:a.b.c.d, so an IPv6 prefix around that would block IPv4 as well.
    const locate::Prefix v4{locate::Address::v4(0), locate::Prefix::kV4Offset};
    const bool overlaps_v4 = prefix->first() <= v4.last() && v4.first() <= prefix->last();
    if (overlaps_v4 && text.find(':') != std::string::npos)
        throw std::invalid_argument(
            "holds IPv4-mapped addresses (::ffff:0:0/96); name IPv4 as a.b.c.d/length, and IPv6 without them");
    return *prefix;
}

}  // namespace snmpgate::app

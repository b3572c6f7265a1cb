#pragma once

#include <compare>
#include <cstdint>

#include "wire/bytes.hpp"

namespace snmpgate::locate {

// An IP address as tables and policy know it: 128 bits in host order, IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so
// one table serves both and comparing two ends needs no question of family.
struct Address {
    uint64_t high = 0;
    uint64_t low = 0;

    static constexpr uint64_t kV4Prefix = 0xFFFF'0000'0000;
    static constexpr Address v4(uint32_t host) { return {0, kV4Prefix | host}; }
    static constexpr Address of(wire::Ipv4 address) { return v4(address.host()); }
    static constexpr Address of(const wire::Ipv6& address) { return {address.high.host(), address.low.host()}; }

    [[nodiscard]] constexpr bool is_v4() const { return high == 0 && (low & ~uint64_t{0xFFFF'FFFF}) == kV4Prefix; }
    [[nodiscard]] constexpr uint32_t host_v4() const { return static_cast<uint32_t>(low); }
    [[nodiscard]] constexpr bool is_unspecified() const { return high == 0 && low == 0; }
    constexpr auto operator<=>(const Address&) const = default;
};

// The addresses that share the first `length` bits with `base`; `base` has the others zero. An IPv4 prefix counts its
// length from 96: 10.0.0.0/8 is length 104 here.
struct Prefix {
    Address base;
    uint8_t length = 0;  // 0..128

    static constexpr uint8_t kV4Offset = 96;
    [[nodiscard]] constexpr Address first() const { return base; }
    [[nodiscard]] constexpr Address last() const {
        const uint64_t high = length >= 64 ? 0 : ~uint64_t{0} >> length;
        const uint64_t low = length <= 64 ? ~uint64_t{0} : length == 128 ? 0 : ~uint64_t{0} >> (length - 64);
        return {base.high | high, base.low | low};
    }
    constexpr auto operator<=>(const Prefix&) const = default;
};

}  // namespace snmpgate::locate

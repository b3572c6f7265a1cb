#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace snmpgate::wire {

// A big-endian integer as it lies on the wire: alignment 1, so structs of these mirror packet bytes. Conversion to and
// from host order is always spelled out: `be16{80}`, `port.host()`.
template <std::unsigned_integral T>
class BigEndian {
 public:
    constexpr BigEndian() = default;
    explicit constexpr BigEndian(T host) : bytes_(std::bit_cast<Bytes>(swapped(host))) {}

    [[nodiscard]] constexpr T host() const { return swapped(std::bit_cast<T>(bytes_)); }
    constexpr bool operator==(const BigEndian&) const = default;

 private:
    using Bytes = std::array<uint8_t, sizeof(T)>;

    static constexpr T swapped(T value) {
        if constexpr (std::endian::native == std::endian::big) return value;
        if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
        if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
        if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
    }

    Bytes bytes_{};
};

using be16 = BigEndian<uint16_t>;
using be32 = BigEndian<uint32_t>;
using be64 = BigEndian<uint64_t>;
static_assert(sizeof(be16) == 2 && alignof(be16) == 1);
static_assert(sizeof(be32) == 4 && alignof(be32) == 1);
static_assert(sizeof(be64) == 8 && alignof(be64) == 1);

// A 48-bit MAC address (IEEE 802).
struct Mac {
    std::array<uint8_t, 6> bytes{};

    [[nodiscard]] constexpr bool is_group() const { return (bytes[0] & 1) != 0; }
    // The address in the low 48 bits: a key for tables.
    [[nodiscard]] constexpr uint64_t key() const {
        uint64_t key = 0;
        for (uint8_t byte : bytes) key = key << 8 | byte;
        return key;
    }
    constexpr bool operator==(const Mac&) const = default;
};
static_assert(sizeof(Mac) == 6 && alignof(Mac) == 1);

// An IPv4 address in network order.
struct Ipv4 {
    be32 value{};

    constexpr Ipv4() = default;
    explicit constexpr Ipv4(uint32_t host) : value(host) {}
    [[nodiscard]] constexpr uint32_t host() const { return value.host(); }
    constexpr bool operator==(const Ipv4&) const = default;
};
static_assert(sizeof(Ipv4) == 4 && alignof(Ipv4) == 1);

// An IPv6 address in network order.
struct Ipv6 {
    be64 high{};
    be64 low{};
    constexpr bool operator==(const Ipv6&) const = default;
};
static_assert(sizeof(Ipv6) == 16 && alignof(Ipv6) == 1);

// What may be read from and written to packet bytes by copying: no padding questions, no alignment.
template <typename T>
concept WireType = std::is_trivially_copyable_v<T> && alignof(T) == 1;

}  // namespace snmpgate::wire

#pragma once

#include "wire/cursor.hpp"
#include "wire/extent.hpp"

namespace snmpgate::wire {

inline constexpr size_t kMaxExtensionHeaders = 8;

// IPv6 as far as the upper-layer header (RFC 8200).
struct Ipv6View {
    uint16_t begin = 0;            // offset of the header; 0 = it is not there, else the addresses are valid
    uint16_t payload = 0;          // offset behind the extension headers
    uint32_t end = 0;              // offset behind the packet
    uint16_t fragment_offset = 0;  // bytes
    bool more_fragments = false;
    uint8_t protocol = 0;  // of the payload
    Ipv6 source, destination;

    [[nodiscard]] bool is_fragment() const { return more_fragments || fragment_offset != 0; }
    static constexpr uint16_t kSourceAt = 8;  // from begin
};

[[nodiscard]] Reason parse_ipv6(const Extent& extent, size_t begin, size_t limit, Ipv6View& view);

}  // namespace snmpgate::wire

#pragma once

#include "wire/cursor.hpp"
#include "wire/extent.hpp"

namespace snmpgate::wire {

namespace ip_protocol {
inline constexpr uint8_t kIcmp = 1;
inline constexpr uint8_t kTcp = 6;
inline constexpr uint8_t kUdp = 17;
inline constexpr uint8_t kDccp = 33;
inline constexpr uint8_t kIcmpv6 = 58;
inline constexpr uint8_t kUdpLite = 136;
}  // namespace ip_protocol

struct Ipv4Header {  // RFC 791, 3.1
    uint8_t version_ihl;
    uint8_t service;
    be16 total_length;
    be16 id;
    be16 flags_offset;
    uint8_t ttl;
    uint8_t protocol;
    be16 checksum;
    Ipv4 source;
    Ipv4 destination;
};
static_assert(sizeof(Ipv4Header) == 20 && alignof(Ipv4Header) == 1);

struct Ipv4View {
    uint16_t begin = 0;            // offset of the header; 0 = it is not there, else the addresses are valid
    uint16_t payload = 0;          // offset behind header and options
    uint32_t end = 0;              // offset behind the packet; Ethernet padding lies beyond
    uint16_t fragment_offset = 0;  // bytes
    bool more_fragments = false;
    uint8_t protocol = 0;
    Ipv4 source, destination;

    [[nodiscard]] bool is_fragment() const { return more_fragments || fragment_offset != 0; }
    static constexpr uint16_t kChecksumAt = 10, kSourceAt = 12, kDestinationAt = 16;  // from begin
};

// `limit` is the offset behind which the enclosing frame (or ICMP quotation) ends on the wire. A quotation is cut by
// design (RFC 792: header + 8 bytes), so with `quoted` a total length beyond the limit is no error.
[[nodiscard]] Reason parse_ipv4(const Extent& extent, size_t begin, size_t limit, bool quoted, Ipv4View& view);

}  // namespace snmpgate::wire

#pragma once

#include "wire/cursor.hpp"
#include "wire/extent.hpp"

namespace snmpgate::wire {

struct UdpHeader {  // RFC 768
    be16 source_port, destination_port;
    be16 length;
    be16 checksum;  // 0 = not computed
};
static_assert(sizeof(UdpHeader) == 8 && alignof(UdpHeader) == 1);

struct UdpView {
    uint16_t begin = 0;
    uint16_t source_port = 0, destination_port = 0;
    Span payload;

    static constexpr size_t kChecksumAt = 6;  // from begin
};

// A fragment's datagram is longer than its packet: with `fragment` only the header is checked.
[[nodiscard]] Reason parse_udp(const Extent& extent, size_t begin, size_t limit, bool fragment, UdpView& view);

}  // namespace snmpgate::wire

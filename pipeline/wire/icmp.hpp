#pragma once

#include "wire/ipv4.hpp"

namespace snmpgate::wire {

namespace icmp {  // RFC 792
inline constexpr uint8_t kUnreachable = 3, kSourceQuench = 4, kRedirect = 5, kTimeExceeded = 11, kParameterProblem = 12;
}

// An ICMP message; an error quotes the beginning of the packet it is about, whose addresses header translation maps
// too.
struct IcmpView {
    uint16_t begin = 0;
    uint8_t type = 0;
    bool quotes = false;       // an error, and the quoted IPv4 header could be read
    Ipv4View quoted;           // valid if quotes
    bool has_gateway = false;  // a redirect: its gateway address lies at begin + 4

    static constexpr size_t kChecksumAt = 2, kGatewayAt = 4, kQuotedAt = 8;  // from begin
};

[[nodiscard]] Reason parse_icmp(const Extent& extent, size_t begin, size_t limit, IcmpView& view);

}  // namespace snmpgate::wire

#pragma once

#include "wire/cursor.hpp"
#include "wire/extent.hpp"

namespace snmpgate::wire {

// ARP and its relatives on the same format (RFC 826, 903, 2390): every opcode and every pair of sizes. The four
// addresses are spans of the sizes the frame itself gives; a span is empty where the frame ends before it.
struct ArpView {
    uint16_t hardware_type = 0;
    uint16_t protocol_type = 0;
    uint8_t hardware_size = 0;
    uint8_t protocol_size = 0;
    uint16_t opcode = 0;
    Span sender_mac, sender_ip, target_mac, target_ip;

    // IPv4 over Ethernet sizes: what header translation and the guard understand.
    [[nodiscard]] bool is_ipv4() const { return protocol_type == 0x0800 && protocol_size == 4 && target_ip.size == 4; }
};

// `limit` is the offset behind which the enclosing frame ends on the wire.
[[nodiscard]] Reason parse_arp(const Extent& extent, uint16_t begin, size_t limit, ArpView& view);

}  // namespace snmpgate::wire

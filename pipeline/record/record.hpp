#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "wire/bytes.hpp"

namespace snmpgate::record {

// The standardised 64-byte record of one frame: bytes 0..45 are the published "SNMP ALG protocol structure" bit for bit
// (its bits 0-367), bytes 46..63 its trailer. One cache line, so rules match on it directly. docs/record.md shows one.
struct Record {
    uint8_t time = 0;            // ticks since the block's base time
    uint8_t number = 0;          // index within the block of the frames that wanted a record, 0..254
    uint8_t length = 0;          // on the wire, in units of 8 bytes, rounded up; 255 = more
    uint8_t capture_length = 0;  // seen by the parser, same unit
    wire::Mac destination;       // Ethernet
    wire::Mac source;
    wire::be16 type;           // 0x0806 ARP, 0x814C SNMP over UDP or Ethernet, else the EtherType
    wire::be16 hardware_type;  // from here to target_ip: ARP's from the frame, else what docs/record.md says
    wire::be16 protocol_type;
    uint8_t hardware_size = 0;
    uint8_t protocol_size = 0;
    wire::be16 opcode;
    wire::Mac sender_mac;
    wire::Ipv4 sender_ip;
    wire::Mac target_mac;
    wire::Ipv4 target_ip;
    wire::be16 facts;           // observe::Facts::bits()
    uint8_t protocol = 0;       // wire::Protocol
    uint8_t verdict = 0;        // Action in bits 0-1, then the bits below
    wire::be16 reason;          // Reason
    uint8_t pdu = 0;            // SNMP PDU tag; 0 = none, or encrypted
    uint8_t error_status = 0;   // saturated
    wire::be32 request_id;      // v3: msgID where encrypted
    uint8_t varbinds = 0;       // saturated
    uint8_t translated = 0;     // addresses changed in this frame, saturated
    wire::be16 realm_and_vlan;  // realm in the top 4 bits, VLAN id in the low 12
    wire::be16 rule;            // what spoke: rule, list or model; 0 = none

    static constexpr uint8_t kMonitor = 1 << 2, kFromInternal = 1 << 3, kFragment = 1 << 4, kReassembled = 1 << 5;
    constexpr bool operator==(const Record&) const = default;
};
static_assert(sizeof(Record) == 64 && alignof(Record) == 1);
static_assert(offsetof(Record, hardware_type) == 18 && offsetof(Record, facts) == 46);

// Bits 0-1 of Record::verdict.
enum class Action : uint8_t {
    forward = 0,
    translate = 1,  // forward, changed
    discard = 2,
    redirect = 3
};

}  // namespace snmpgate::record

#pragma once

#include <cstdint>

#include "reason.hpp"
#include "wire/cursor.hpp"

// The Basic Encoding Rules as SNMP uses them (X.690; RFC 3417, 8: definite lengths only). Strict about bounds, length
// and depth, which is safety; tolerant of lengths and integers longer than they need be, which agents send (counted).
namespace snmpgate::wire::ber {

namespace tag {
inline constexpr uint8_t kInteger = 0x02;
inline constexpr uint8_t kOctetString = 0x04;
inline constexpr uint8_t kNull = 0x05;
inline constexpr uint8_t kObjectIdentifier = 0x06;
inline constexpr uint8_t kSequence = 0x30;
inline constexpr uint8_t kIpAddress = 0x40;  // RFC 2578, 7.1.5
inline constexpr uint8_t kTimeTicks = 0x43;
inline constexpr uint8_t kConstructed = 0x20;  // bit of a tag
}  // namespace tag

inline constexpr size_t kMaxLengthOctets = 4;
inline constexpr size_t kMaxIntegerOctets = 8;
inline constexpr unsigned kMaxDepth = 8;  // constructed values inside one another, counted from the message

// What was longer or different than the shortest encoding, per message: tolerated and counted, never refused.
struct Oddities {
    uint16_t long_lengths = 0;   // more length octets than needed
    uint16_t long_integers = 0;  // leading octets that say nothing
    uint16_t trailing = 0;       // bytes behind what a sequence should hold
    uint16_t missing = 0;        // a v1 trap without its varbind list
};

// One tag-length-value: `content` is a cursor over exactly its value.
struct Tlv {
    uint8_t tag = 0;
    Cursor content;
};

// Reads the next TLV of `in`, which may not reach beyond it.
[[nodiscard]] Reason read_tlv(Cursor& in, Tlv& tlv, Oddities& odd);

// The same, and the tag must be `tag`; another tag ends in `otherwise`.
[[nodiscard]] Reason read_tlv(Cursor& in, uint8_t tag, Reason otherwise, Cursor& content, Oddities& odd);

// The value of an INTEGER's content of 1..8 octets, sign-extended.
[[nodiscard]] Reason integer(Cursor content, int64_t& value, Oddities& odd);

// Checks the lengths inside a constructed value that stands at `depth`, down to kMaxDepth.
[[nodiscard]] Reason check_nested(Cursor content, unsigned depth, Oddities& odd);

}  // namespace snmpgate::wire::ber

#include "wire/ber.hpp"

namespace snmpgate::wire::ber {
namespace {

constexpr uint8_t kMultiOctetTag = 0x1F;
constexpr uint8_t kLongForm = 0x80;  // X.690, 8.1.3.5; with no count: indefinite (8.1.3.6)
constexpr uint8_t kReserved = 0xFF;

Reason read_length(Cursor& in, size_t& length, Oddities& odd) {
    uint8_t first = 0;
    if (!in.read(first)) return Reason::ber_truncated;
    length = first;
    if (first < kLongForm) return Reason::none;
    if (first == kLongForm) return Reason::ber_indefinite;
    const size_t octets = first & 0x7F;
    if (first == kReserved || octets > kMaxLengthOctets) return Reason::ber_length_octets;
    length = 0;
    for (size_t i = 0; i < octets; ++i) {
        uint8_t octet = 0;
        if (!in.read(octet)) return Reason::ber_truncated;
        length = length << 8 | octet;
    }
    const size_t needed = length < kLongForm   ? 0
                          : length <= 0xFF     ? 1
                          : length <= 0xFFFF   ? 2
                          : length <= 0xFFFFFF ? 3
                                               : 4;
    if (octets > needed) ++odd.long_lengths;
    return Reason::none;
}

}  // namespace

Reason read_tlv(Cursor& in, Tlv& tlv, Oddities& odd) {
    if (!in.read(tlv.tag)) return Reason::ber_truncated;
    if ((tlv.tag & kMultiOctetTag) == kMultiOctetTag) return Reason::ber_tag;
    size_t length = 0;
    if (const Reason reason = read_length(in, length, odd); reason != Reason::none) return reason;
    return in.take(length, tlv.content) ? Reason::none : Reason::ber_truncated;
}

Reason read_tlv(Cursor& in, uint8_t tag, Reason otherwise, Cursor& content, Oddities& odd) {
    Tlv tlv;
    if (const Reason reason = read_tlv(in, tlv, odd); reason != Reason::none) return reason;
    content = tlv.content;
    return tlv.tag == tag ? Reason::none : otherwise;
}

Reason integer(Cursor content, int64_t& value, Oddities& odd) {
    const size_t size = content.remaining();
    if (size == 0) return Reason::ber_integer_empty;
    if (size > kMaxIntegerOctets) return Reason::ber_integer_size;
    uint8_t first = 0, second = 0;
    if (content.peek(0, first) && content.peek(1, second)) {
        // X.690, 8.3.2: the first nine bits shall not all be the same.
        const bool says_nothing = (first == 0x00 && second < 0x80) || (first == 0xFF && second >= 0x80);
        if (says_nothing) ++odd.long_integers;
    }
    uint64_t bits = first >= 0x80 ? ~uint64_t{0} : 0;
    for (uint8_t octet = 0; content.read(octet);) bits = bits << 8 | octet;
    value = static_cast<int64_t>(bits);
    return Reason::none;
}

Reason check_nested(Cursor content, unsigned depth, Oddities& odd) {
    if (depth > kMaxDepth) return Reason::ber_depth;
    // The cursors inside one another, by depth: a loop, so that no input chooses how much stack is used.
    std::array<Cursor, kMaxDepth + 1> enclosing;
    const unsigned outermost = depth;
    enclosing[depth] = content;
    while (true) {
        if (enclosing[depth].empty()) {
            if (depth == outermost) return Reason::none;
            --depth;
            continue;
        }
        Tlv tlv;
        if (const Reason reason = read_tlv(enclosing[depth], tlv, odd); reason != Reason::none) return reason;
        if ((tlv.tag & tag::kConstructed) == 0) continue;
        if (depth == kMaxDepth) return Reason::ber_depth;
        enclosing[++depth] = tlv.content;
    }
}

}  // namespace snmpgate::wire::ber

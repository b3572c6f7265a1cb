#include "wire/ipv6.hpp"

namespace snmpgate::wire {
namespace {

struct Ipv6Header {  // RFC 8200, 3
    be32 version_class_label;
    be16 payload_length;
    uint8_t next_header;
    uint8_t hop_limit;
    Ipv6 source, destination;
};
static_assert(sizeof(Ipv6Header) == 40 && alignof(Ipv6Header) == 1);

// Headers that carry another header behind them (RFC 8200, 4; RFC 4302; RFC 6275).
enum NextHeader : uint8_t {
    kHopByHop = 0,
    kRouting = 43,
    kFragment = 44,
    kAuthentication = 51,
    kDestinationOptions = 60,
    kMobility = 135,
};

constexpr bool is_extension(uint8_t protocol) {
    return protocol == kHopByHop || protocol == kRouting || protocol == kFragment || protocol == kAuthentication ||
           protocol == kDestinationOptions || protocol == kMobility;
}

}  // namespace

Reason parse_ipv6(const Extent& extent, size_t begin, size_t limit, Ipv6View& view) {
    Cursor cursor{extent.head, begin, limit};
    Ipv6Header header;
    if (!cursor.read(header)) return extent.missing(begin + sizeof header, Reason::ipv6_truncated);
    if (header.version_class_label.host() >> 28 != 6) return Reason::ipv6_version;
    view.begin = static_cast<uint16_t>(begin);
    view.source = header.source;
    view.destination = header.destination;
    const size_t end = begin + sizeof header + header.payload_length.host();
    if (end > limit) return Reason::ipv6_payload_length;

    view.end = static_cast<uint32_t>(end);
    view.protocol = header.next_header;
    cursor = Cursor{extent.head, cursor.offset(), end};
    for (size_t count = 0; is_extension(view.protocol); ++count) {
        if (count == kMaxExtensionHeaders) return Reason::ipv6_extension_headers;
        uint8_t next = 0, length = 0;
        const size_t at = cursor.offset();
        if (!cursor.read(next) || !cursor.read(length)) return extent.missing(at + 8, Reason::ipv6_extension_headers);
        size_t rest = length * size_t{8} + 6;
        if (view.protocol == kFragment) {
            be16 offset_flags;
            if (!cursor.read(offset_flags)) return extent.missing(at + 8, Reason::ipv6_extension_headers);
            view.fragment_offset = offset_flags.host() & 0xFFF8;
            view.more_fragments = (offset_flags.host() & 1) != 0;
            rest = 4;
        } else if (view.protocol == kAuthentication) {
            rest = (length + size_t{2}) * 4 - 2;  // RFC 4302, 2.2: in 4-byte words, minus 2
        }
        if (!cursor.skip(rest)) return extent.missing(cursor.offset() + rest, Reason::ipv6_extension_headers);
        view.protocol = next;
        if (view.fragment_offset != 0) break;  // what follows is the middle of something
    }
    view.payload = static_cast<uint16_t>(cursor.offset());
    if (view.fragment_offset + (end - cursor.offset()) > 65535) return Reason::ipv6_fragment_over;
    return Reason::none;
}

}  // namespace snmpgate::wire

#include "wire/ipv4.hpp"

#include <algorithm>

namespace snmpgate::wire {

Reason parse_ipv4(const Extent& extent, size_t begin, size_t limit, bool quoted, Ipv4View& view) {
    Cursor cursor{extent.head, begin, limit};
    Ipv4Header header;
    if (!cursor.read(header)) return extent.missing(begin + sizeof header, Reason::ipv4_truncated);
    if (header.version_ihl >> 4 != 4) return Reason::ipv4_version;
    view.begin = static_cast<uint16_t>(begin);
    view.source = header.source;
    view.destination = header.destination;
    const size_t header_length = (header.version_ihl & 0xFu) * 4;
    const size_t total_length = header.total_length.host();
    if (header_length < sizeof header) return Reason::ipv4_header_length;
    if (total_length < header_length) return Reason::ipv4_total_length;
    if (begin + total_length > limit && !quoted) return Reason::ipv4_total_length;
    if (!cursor.skip(header_length - sizeof header))
        return extent.missing(begin + header_length, Reason::ipv4_header_length);

    view.payload = static_cast<uint16_t>(begin + header_length);
    view.end = static_cast<uint32_t>(std::min(begin + total_length, limit));
    view.fragment_offset = static_cast<uint16_t>((header.flags_offset.host() & 0x1FFF) * 8);
    view.more_fragments = (header.flags_offset.host() & 0x2000) != 0;
    view.protocol = header.protocol;
    if (view.fragment_offset + (total_length - header_length) > 65535) return Reason::ipv4_fragment_over;
    return Reason::none;
}

}  // namespace snmpgate::wire

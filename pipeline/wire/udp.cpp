#include "wire/udp.hpp"

#include <algorithm>

namespace snmpgate::wire {

Reason parse_udp(const Extent& extent, size_t begin, size_t limit, bool fragment, UdpView& view) {
    Cursor cursor{extent.head, begin, limit};
    UdpHeader header;
    if (!cursor.read(header)) return extent.missing(begin + sizeof header, Reason::udp_truncated);
    view.begin = static_cast<uint16_t>(begin);
    view.source_port = header.source_port.host();
    view.destination_port = header.destination_port.host();
    const size_t length = header.length.host();
    const size_t end = std::min(begin + length, limit);
    const size_t payload = begin + sizeof header;
    view.payload = {static_cast<uint16_t>(payload), static_cast<uint16_t>(end > payload ? end - payload : 0)};
    if (length < sizeof header || (begin + length > limit && !fragment)) return Reason::udp_length;
    return Reason::none;
}

}  // namespace snmpgate::wire

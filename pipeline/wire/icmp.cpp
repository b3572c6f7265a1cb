#include "wire/icmp.hpp"

namespace snmpgate::wire {

Reason parse_icmp(const Extent& extent, size_t begin, size_t limit, IcmpView& view) {
    struct Header {
        uint8_t type, code;
        be16 checksum;
        be32 rest;
    } header{};
    static_assert(sizeof(Header) == IcmpView::kQuotedAt);
    Cursor cursor{extent.head, begin, limit};
    if (!cursor.read(header)) return extent.missing(begin + sizeof header, Reason::icmp_truncated);
    view.begin = static_cast<uint16_t>(begin);
    view.type = header.type;
    view.has_gateway = header.type == icmp::kRedirect;
    switch (header.type) {
        case icmp::kUnreachable:
        case icmp::kSourceQuench:
        case icmp::kRedirect:
        case icmp::kTimeExceeded:
        case icmp::kParameterProblem:
            // A quotation that is not IPv4 is the sender's affair: the message passes, nothing inside is mapped.
            view.quotes = parse_ipv4(extent, begin + sizeof header, limit, true, view.quoted) == Reason::none;
            break;
        default:
            break;
    }
    return Reason::none;
}

}  // namespace snmpgate::wire

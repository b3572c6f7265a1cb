#pragma once

#include "wire/cursor.hpp"
#include "wire/extent.hpp"

namespace snmpgate::wire {

// TCP as far as its ports: all that steering and the campus statistics ask of it (RFC 9293, 3.1).
struct TcpView {
    uint16_t begin = 0;
    uint16_t source_port = 0, destination_port = 0;

    static constexpr size_t kChecksumAt = 16;  // from begin
};

[[nodiscard]] inline Reason parse_tcp(const Extent& extent, size_t begin, size_t limit, TcpView& view) {
    struct Header {
        be16 source_port, destination_port;
        be32 sequence, acknowledgement;
        uint8_t data_offset;
        uint8_t flags;
        be16 window, checksum, urgent;
    } header;
    static_assert(sizeof(Header) == 20);
    Cursor cursor{extent.head, begin, limit};
    if (!cursor.read(header)) return extent.missing(begin + sizeof header, Reason::tcp_truncated);
    view.begin = static_cast<uint16_t>(begin);
    view.source_port = header.source_port.host();
    view.destination_port = header.destination_port.host();
    const size_t length = (header.data_offset >> 4) * size_t{4};
    return length < sizeof header || begin + length > limit ? Reason::tcp_header_length : Reason::none;
}

}  // namespace snmpgate::wire

#include "wire/arp.hpp"

namespace snmpgate::wire {

Reason parse_arp(const Extent& extent, uint16_t begin, size_t limit, ArpView& view) {
    Cursor cursor{extent.head, begin, limit};
    be16 hardware_type, protocol_type, opcode;
    const bool whole = cursor.read(hardware_type) && cursor.read(protocol_type) && cursor.read(view.hardware_size) &&
                       cursor.read(view.protocol_size) && cursor.read(opcode);
    view.hardware_type = hardware_type.host();
    view.protocol_type = protocol_type.host();
    view.opcode = opcode.host();
    if (!whole) return extent.missing(begin + size_t{8}, Reason::arp_truncated);

    struct {
        Span& span;
        uint8_t size;
    } const fields[] = {{view.sender_mac, view.hardware_size},
                        {view.sender_ip, view.protocol_size},
                        {view.target_mac, view.hardware_size},
                        {view.target_ip, view.protocol_size}};
    for (const auto& field : fields) {
        field.span = {static_cast<uint16_t>(cursor.offset()), field.size};
        if (!cursor.skip(field.size)) {
            field.span = {};
            return extent.missing(cursor.offset() + field.size, Reason::arp_truncated);
        }
    }
    // The sizes follow from the types (RFC 826); anything else is read as it says, and named.
    if (view.hardware_type == 1 && view.hardware_size != 6) return Reason::arp_hardware_size;
    if (view.protocol_type == 0x0800 && view.protocol_size != 4) return Reason::arp_protocol_size;
    return Reason::none;
}

}  // namespace snmpgate::wire

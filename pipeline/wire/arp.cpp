#include "wire/arp.hpp"

namespace snmpgate::wire {

Reason parse_arp(const Extent& extent, uint16_t begin, ArpView& view) {
    struct Fixed {
        be16 hardware_type, protocol_type;
        uint8_t hardware_size, protocol_size;
        be16 opcode;
    } fixed{};
    static_assert(sizeof(Fixed) == 8);

    Cursor cursor{extent.head, begin, extent.head.size()};
    if (!cursor.read(fixed)) return extent.missing(begin + sizeof(Fixed), Reason::arp_truncated);
    view.hardware_type = fixed.hardware_type.host();
    view.protocol_type = fixed.protocol_type.host();
    view.hardware_size = fixed.hardware_size;
    view.protocol_size = fixed.protocol_size;
    view.opcode = fixed.opcode.host();

    struct {
        Span& span;
        uint8_t size;
    } const fields[] = {{view.sender_mac, fixed.hardware_size},
                        {view.sender_ip, fixed.protocol_size},
                        {view.target_mac, fixed.hardware_size},
                        {view.target_ip, fixed.protocol_size}};
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

#include "wire/ethernet.hpp"

namespace snmpgate::wire {
namespace {

constexpr bool is_vlan(uint16_t type) {
    return type == ethertype::kVlan || type == ethertype::kProviderVlan || type == ethertype::kOldProviderVlan;
}

// LLC header (IEEE 802.2): DSAP, SSAP, control; SNAP (RFC 1042) when both SAPs are 0xAA: an OUI and an EtherType.
Reason parse_llc(const Extent& extent, Cursor& cursor, EthernetView& view) {
    const size_t end = cursor.offset() + view.type;
    if (end > extent.wire) return Reason::llc_length;
    view.end = static_cast<uint32_t>(end);
    struct Snap {
        uint8_t dsap, ssap, control;
        std::array<uint8_t, 3> oui;
        be16 type;
    } snap{};
    static_assert(sizeof(Snap) == 8);
    view.llc = true;
    if (view.type < 3) return extent.missing(end, Reason::llc_truncated);
    Cursor inside = cursor;
    if (!inside.read(snap)) {
        // Shorter than SNAP: plain LLC, unless the bytes are missing.
        return cursor.remaining() < 3 ? extent.missing(cursor.offset() + 3, Reason::llc_truncated) : Reason::none;
    }
    if (snap.dsap != 0xAA || snap.ssap != 0xAA || snap.control != 3) return Reason::none;
    if (view.type < sizeof(Snap)) return Reason::llc_truncated;
    if (snap.oui != std::array<uint8_t, 3>{}) return Reason::none;  // a vendor's protocol, not an EtherType
    view.llc = false;
    view.type = snap.type.host();
    view.payload = static_cast<uint16_t>(inside.offset());
    return Reason::none;
}

}  // namespace

Reason parse_ethernet(const Extent& extent, EthernetView& view) {
    Cursor cursor{extent.head};
    be16 type;
    view.end = extent.wire;
    if (!cursor.skip(12) || !cursor.read(type)) return extent.missing(kEthernetHeader, Reason::frame_short);
    view.type = type.host();
    while (is_vlan(view.type)) {
        if (view.tags == kMaxVlanTags) return Reason::vlan_depth;
        be16 control;
        if (!cursor.read(control) || !cursor.read(type))
            return extent.missing(cursor.offset() + 4, Reason::vlan_truncated);
        if (view.tags++ == 0) view.vlan = control.host() & 0x0FFF;
        view.type = type.host();
    }
    view.payload = static_cast<uint16_t>(cursor.offset());
    return view.type < ethertype::kLeast ? parse_llc(extent, cursor, view) : Reason::none;
}

}  // namespace snmpgate::wire

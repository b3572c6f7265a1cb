#include "wire/ethernet.hpp"

namespace snmpgate::wire {
namespace {

constexpr bool is_vlan(uint16_t type) {
    return type == ethertype::kVlan || type == ethertype::kProviderVlan || type == ethertype::kOldProviderVlan;
}

// LLC header (IEEE 802.2): DSAP, SSAP, control; SNAP (RFC 1042) when both SAPs are 0xAA: an OUI and an EtherType. What
// lies behind the 802.3 length is padding, and never read.
Reason parse_llc(const Extent& extent, const Cursor& cursor, EthernetView& view) {
    const size_t begin = cursor.offset();
    const size_t end = begin + view.type;
    if (end > extent.wire) return Reason::llc_length;
    view.end = static_cast<uint32_t>(end);
    view.llc = true;

    struct Llc {
        uint8_t dsap, ssap, control;
        bool operator==(const Llc&) const = default;
    } llc{};
    struct Snap {
        std::array<uint8_t, 3> oui;
        be16 type;
    } snap{};
    static_assert(sizeof(Llc) == 3 && sizeof(Snap) == 5);
    Cursor inside{extent.head, begin, end};
    if (!inside.read(llc)) return extent.missing(end, Reason::llc_truncated);
    if (llc != Llc{0xAA, 0xAA, 3}) return Reason::none;
    if (!inside.read(snap)) return extent.missing(end, Reason::llc_truncated);
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
        const size_t at = cursor.offset();
        if (!cursor.read(control) || !cursor.read(type)) return extent.missing(at + 4, Reason::vlan_truncated);
        if (view.tags++ == 0) view.vlan = control.host() & 0x0FFF;
        view.type = type.host();
    }
    view.payload = static_cast<uint16_t>(cursor.offset());
    return view.type < ethertype::kLeast ? parse_llc(extent, cursor, view) : Reason::none;
}

}  // namespace snmpgate::wire

#pragma once

#include "wire/cursor.hpp"
#include "wire/extent.hpp"

namespace snmpgate::wire {

namespace ethertype {
inline constexpr uint16_t kIpv4 = 0x0800;
inline constexpr uint16_t kArp = 0x0806;
inline constexpr uint16_t kVlan = 0x8100;  // IEEE 802.1Q
inline constexpr uint16_t kSnmp = 0x814C;  // RFC 4789
inline constexpr uint16_t kIpv6 = 0x86DD;
inline constexpr uint16_t kProviderVlan = 0x88A8;  // IEEE 802.1ad
inline constexpr uint16_t kOldProviderVlan = 0x9100;
inline constexpr uint16_t kLeast = 0x0600;  // smaller values are an 802.3 length
}  // namespace ethertype

inline constexpr size_t kEthernetHeader = 14;
inline constexpr size_t kMaxVlanTags = 4;  // QinQ is 2; carriers stack more, and so does who wants to hide

inline Mac destination_mac(std::span<const uint8_t> frame) { return load<Mac>(frame, 0); }
inline Mac source_mac(std::span<const uint8_t> frame) { return load<Mac>(frame, 6); }

// What lies above the MAC addresses: Ethernet II, or 802.3 with LLC, or with LLC and SNAP, behind at most four tags.
struct EthernetView {
    uint16_t type = 0;     // EtherType after tags and SNAP; for LLC the 802.3 length as it stands
    uint16_t vlan = 0;     // VLAN id of the outer tag, 0 = untagged or priority-tagged
    uint8_t tags = 0;      // 0..4
    bool llc = false;      // 802.3 without SNAP: payload begins at the LLC header
    uint16_t payload = 0;  // offset of the first byte behind all of the above
    uint32_t end = 0;      // offset behind the payload: the frame's, or the 802.3 length's
};

[[nodiscard]] Reason parse_ethernet(const Extent& extent, EthernetView& view);

}  // namespace snmpgate::wire

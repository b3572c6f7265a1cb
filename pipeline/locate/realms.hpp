#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "locate/prefix.hpp"
#include "locate/range_table.hpp"
#include "locate/realm_spec.hpp"
#include "side.hpp"
#include "wire/packet.hpp"

namespace snmpgate::locate {

// The located triple: who a frame's two ends are, whatever form their addresses have on this side of the NAT. Steering,
// pairing, lists and policy use it; records keep the addresses as received.
struct Ends {
    Address inside;     // the end behind the internal port, by its private address; unspecified if it has none
    Address outside;    // the other end, as the outside knows it
    uint8_t realm = 0;  // 1..15; 0 = none
};

// One direction of a realm's static maps: address → image.
class AddressMap {
 public:
    struct Entry {
        uint32_t first, last;  // host order, both inside
        uint32_t image;        // of first
    };

    explicit AddressMap(std::span<const Entry> entries = {},
                        std::pmr::memory_resource& memory = *std::pmr::get_default_resource());

    [[nodiscard]] bool empty() const { return table_.empty(); }
    // Host order; no value where no map holds the address.
    [[nodiscard]] std::optional<uint32_t> image(uint32_t address) const {
        const auto* range = table_.find(address);
        if (range == nullptr) return std::nullopt;
        return range->value + (address - range->first);
    }

 private:
    RangeTable<uint32_t, uint32_t> table_;
};

// Whether the headers that pass are translated by us, and so have another form on either side, or by a NAT box beside
// us, and so have the same form on both.
enum class Headers : uint8_t {
    translated_beside,  // nat.headers false: private or public, wherever we stand
    translated_here     // nat.headers true: private behind the internal port, public behind the external one
};

// The realms, compiled: read-only on the path, one copy per worker or NUMA node.
//
// A realm is chosen by VLAN; where several share one, by the inside end's address, and if no realm has that, by the
// other end's. "view" below is what one VLAN can see: the private ranges of its realms (disjoint, so they choose) and
// their public ranges.
class Realms {
 public:
    // `specs` must be valid as RealmSpec says. The tables live in `memory`, which must outlive them.
    Realms(std::span<const RealmSpec> specs = {}, Headers headers = Headers::translated_beside,
           std::pmr::memory_resource& memory = *std::pmr::get_default_resource());

    // The ends of a frame that entered by `entered`. Frames without IP addresses have a realm only.
    [[nodiscard]] Ends locate(std::span<const uint8_t> frame, const wire::Packet& packet, Side entered) const;

    // How addresses of `realm` change in a frame that entered by `entered`: private → public if by the internal port.
    [[nodiscard]] const AddressMap& map(uint8_t realm, Side entered) const { return maps_[realm][index(entered)]; }

 private:
    struct Private {
        uint8_t realm;
    };
    struct Public {
        uint8_t realm;
        uint32_t private_first;
    };
    struct View {
        uint8_t only;  // the realm, where there is one only
        RangeTable<uint32_t, Private> privates;
        RangeTable<uint32_t, Public> publics;
    };

    [[nodiscard]] static View make_view(std::span<const RealmSpec> specs, uint16_t members,
                                        std::pmr::memory_resource& memory);
    // The realm of an address as it may stand in a frame that entered by `entered`, and its private form.
    struct Found {
        uint8_t realm;
        uint32_t private_host;
    };
    [[nodiscard]] std::optional<Found> find(const View& view, Side entered, const Address& address) const;

    Headers headers_;
    std::pmr::vector<std::array<AddressMap, kSides>> maps_;  // [realm][side entered], realm 0 empty
    std::pmr::vector<View> views_;
    std::array<uint8_t, 4096> view_of_vlan_{};
};

}  // namespace snmpgate::locate

#pragma once

#include <cstdint>

namespace snmpgate {

// The two ends of the wire this appliance stands in. A frame enters by one and leaves by the other.
enum class Side : uint8_t {
    external = 0,  // towards the ASA and the management network
    internal = 1   // towards the core switch and the private realms
};
inline constexpr uint8_t kSides = 2;

constexpr Side opposite(Side side) { return side == Side::external ? Side::internal : Side::external; }
constexpr uint8_t index(Side side) { return static_cast<uint8_t>(side); }

}  // namespace snmpgate

#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "side.hpp"

namespace snmpgate::app {

// A port's device as the configuration names it, taken apart: a virtual device "net_tap0,iface=asa0" or a PCI address
// "0000:65:00.0", either with DPDK's arguments behind commas.
struct Device {
    std::string key;   // ports.external.device
    std::string text;  // as configured
    std::string name;  // DPDK's: net_tap0, 0000:65:00.0
    std::vector<std::pair<std::string, std::string>> arguments;

    [[nodiscard]] bool is_virtual() const;
    [[nodiscard]] bool is_pci() const;
    // Of a virtual device, its name without number: net_tap. Otherwise empty.
    [[nodiscard]] std::string driver() const;
    // The value of its first such argument, empty if there is none.
    [[nodiscard]] std::string argument(std::string_view name) const;
    // How many of its arguments have this name.
    [[nodiscard]] size_t count(std::string_view name) const;
    // How messages begin: ports.external.device = "net_tap0,iface=asa0"
    [[nodiscard]] std::string label() const { return key + " = \"" + text + '"'; }
};

// By side. A device that is not given has empty text.
[[nodiscard]] std::array<Device, kSides> devices_of(const Config& config);

}  // namespace snmpgate::app

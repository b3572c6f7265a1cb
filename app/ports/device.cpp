#include "ports/device.hpp"

#include <algorithm>
#include <regex>

namespace snmpgate::app {
namespace {

bool is_bus_address(const std::string& name) {
    static const std::regex kShort{"[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]"};
    return std::regex_match(name, kShort);
}

Device device_of(const char* key, const std::string& text) {
    Device device{key, text, text.substr(0, text.find(',')), {}};
    if (is_bus_address(device.name)) device.name = "0000:" + device.name;  // the domain almost every machine has alone
    for (size_t at = text.find(','); at != std::string::npos;) {
        const size_t end = text.find(',', at + 1);
        const std::string word = text.substr(at + 1, end == std::string::npos ? end : end - at - 1);
        const size_t equals = word.find('=');
        device.arguments.emplace_back(word.substr(0, equals),
                                      equals == std::string::npos ? std::string{} : word.substr(equals + 1));
        at = end;
    }
    return device;
}

}  // namespace

bool Device::is_virtual() const { return name.starts_with("net_") || name.starts_with("eth_"); }

bool Device::is_pci() const {
    const size_t domain = name.find(':');
    return domain != std::string::npos && is_bus_address(name.substr(domain + 1));
}

std::string Device::driver() const {
    if (!is_virtual()) return {};
    const size_t last = name.find_last_not_of("0123456789");
    return "net_" + name.substr(4, last - 3);  // eth_ is an older name for the same
}

std::string Device::argument(std::string_view wanted) const {
    const auto found = std::find_if(arguments.begin(), arguments.end(),
                                    [&](const auto& argument) { return argument.first == wanted; });
    return found == arguments.end() ? std::string{} : found->second;
}

size_t Device::count(std::string_view wanted) const {
    return static_cast<size_t>(std::count_if(arguments.begin(), arguments.end(),
                                             [&](const auto& argument) { return argument.first == wanted; }));
}

std::array<Device, kSides> devices_of(const Config& config) {
    return {device_of("ports.external.device", config.ports.external),
            device_of("ports.internal.device", config.ports.internal)};
}

}  // namespace snmpgate::app

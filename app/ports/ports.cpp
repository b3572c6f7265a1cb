#include "ports/ports.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "ports/device.hpp"

namespace snmpgate::app {
namespace {

const char* name_of(Side side) { return side == Side::external ? "external" : "internal"; }

Device device_of(const Config& config, Side side) { return devices_of(config)[index(side)]; }

}  // namespace

std::vector<std::string> Ports::eal_arguments(const Config& config) {
    std::vector<std::string> arguments;
    for (const Device& device : devices_of(config))
        arguments.push_back((device.is_virtual() ? "--vdev=" : "--allow=") + device.text);
    return arguments;
}

Ports::Ports(const Config& config, uint16_t queues, const std::array<rte_mempool*, kSides>& pools, bool spread)
    : external_(device_of(config, Side::external), {queues, spread, config.ports.mtu}, *pools[index(Side::external)]),
      internal_(device_of(config, Side::internal), {queues, spread, config.ports.mtu}, *pools[index(Side::internal)]),
      follows_(config.ports.propagate_link),
      guard_(std::chrono::steady_clock::now()) {}

Ports::~Ports() {
    if (guard_.lowered()) static_cast<void>(port(*guard_.lowered()).set_link(true));  // a kernel's interface stays
}

PortState Ports::state(Side side) const {
    PortState state = port(side).state();
    state.lowered = guard_.lowered() == side;
    return state;
}

void Ports::follow_links(LinkGuard::Time now) {
    if (!follows_) return;
    if (const auto action = guard_.look({external_.link(), internal_.link()}, now)) act(*action);
}

void Ports::act(const LinkGuard::Action& action) {
    const char* side = name_of(action.side);
    const char* cause = name_of(opposite(action.side));
    const int result = port(action.side).set_link(action.raise);
    if (result == 0) {
        failed_ = false;
        std::fprintf(stderr, "snmpgate: link of %s is %s: %s is %s too\n", cause, action.raise ? "up" : "down", side,
                     action.raise ? "raised" : "lowered");
        return;
    }
    if (result == -ENOTSUP && !action.raise) {
        guard_.forbid(action.side);
        std::fprintf(stderr,
                     "snmpgate: link of %s is down, and %s cannot be lowered: its driver has no such function\n", cause,
                     side);
        return;
    }
    guard_.undo(action);
    if (!failed_)
        std::fprintf(stderr, "snmpgate: %s cannot be %s as %s is: %s; trying on\n", side,
                     action.raise ? "raised" : "lowered", cause, std::strerror(-result));
    failed_ = true;
}

}  // namespace snmpgate::app

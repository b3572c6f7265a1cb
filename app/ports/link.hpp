#pragma once

#include <cstdint>

#include "ports/link_guard.hpp"

// The link of one port, read and set. `interface` is the index of the kernel's interface a virtual device stands on, 0
// for a port without one. It is asked directly: net_af_packet and net_af_xdp of DPDK 22.11 report a link that is always
// up and cannot set it, and net_tap reports down when its interface has left for another namespace. Control thread.
namespace snmpgate::app {

[[nodiscard]] Link read_link(uint16_t port, unsigned interface);

// 0, or a negative errno: -ENOTSUP where it cannot be done at all.
[[nodiscard]] int set_link(uint16_t port, unsigned interface, bool up);

}  // namespace snmpgate::app

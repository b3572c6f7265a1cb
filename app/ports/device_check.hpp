#pragma once

#include <string>
#include <vector>

#include "ports/device.hpp"

namespace snmpgate::app {

// Looks for what keeps this device from being found or started: a mistyped name or argument, an interface or a capture
// that is not there, a NIC that is not bound, a right or a kernel's function that is missing. Throws
// std::runtime_error.
void check_device(const Device& device, const std::vector<std::string>& eal_arguments);

}  // namespace snmpgate::app

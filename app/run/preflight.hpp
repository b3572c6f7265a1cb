#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace snmpgate::app {

// Looks for what would stop a start with these EAL arguments. Throws std::runtime_error that names it and the command
// that cures it, which DPDK's own messages do not.
void preflight(const Config& config, const std::vector<std::string>& eal_arguments);

}  // namespace snmpgate::app

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace snmpgate::app {

// Looks for what would stop a start with these EAL arguments and `bytes_needed` of memory (0: unknown). Throws
// std::runtime_error that names it and the command that cures it, which DPDK's own messages do not. No EAL needed.
void preflight(const Config& config, const std::vector<std::string>& eal_arguments, size_t bytes_needed);

}  // namespace snmpgate::app

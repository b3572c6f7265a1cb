#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace snmpgate::app {

// The appliance, in the fused layout: one lcore does rx, worker and tx. Returns after SIGTERM or SIGINT, drained, and
// prints the books on standard output. `eal_arguments` come behind those the config makes. Throws std::runtime_error
// for what stops a start.
void run(const Config& config, const std::vector<std::string>& eal_arguments);

}  // namespace snmpgate::app

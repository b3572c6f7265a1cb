#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "run/operator.hpp"

namespace snmpgate::app {

// The appliance, by its plan. Returns after SIGTERM or SIGINT, drained, and prints the books on standard output; SIGHUP
// reloads `files`, which `config` was read from. `eal_arguments` come behind those the plan makes. Throws
// std::runtime_error for what stops a start.
void run(const Config& config, const ConfigFiles& files, const std::vector<std::string>& eal_arguments);

}  // namespace snmpgate::app

#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "plan.hpp"
#include "run/operator.hpp"

namespace snmpgate::app {

// The appliance, by its plan. Returns after SIGTERM or SIGINT, drained, and prints the books on standard output; SIGHUP
// reloads `files`, which `config` was read from. `eal_arguments` come behind those the plan makes. Throws
// std::runtime_error for what stops a start.
void run(const Config& config, const ConfigFiles& files, const std::vector<std::string>& eal_arguments);

// A line that names what would stop a start on this machine now, and its cure; empty if nothing would, or if the
// configuration names no ports. Opens nothing.
[[nodiscard]] std::string would_start(const Config& config, const Plan& plan);

}  // namespace snmpgate::app

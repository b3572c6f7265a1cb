#pragma once

#include <string>
#include <vector>

#include "control/commands.hpp"

namespace snmpgate::app {

// Commands that only read, published in DPDK's telemetry as /snmpgate/<name> for as long as this lives. DPDK knows no
// way to take one back: afterwards they answer null. One at a time in a process, after rte_eal_init.
//
//   $ dpdk-telemetry.py
//   --> /snmpgate/reasons,all
//   --> /snmpgate/stats,ports/external
class Telemetry {
 public:
    // `commands`, and what its handlers use, must outlive it. Throws std::runtime_error if DPDK refuses a name.
    Telemetry(Commands& commands, const std::vector<std::string>& names);
    // Waits for an answer that is being made.
    ~Telemetry();
    Telemetry(const Telemetry&) = delete;
    Telemetry& operator=(const Telemetry&) = delete;
};

}  // namespace snmpgate::app

#pragma once

#include <string>

#include "plan.hpp"

// Pretend machines.
namespace snmpgate::test {

// CPUs 0..count - 1, spread over NUMA nodes in equal runs.
inline app::Machine machine(unsigned count, unsigned nodes = 1) {
    app::Machine machine;
    for (unsigned cpu = 0; cpu < count; ++cpu) machine.cpus.push_back({cpu, cpu / (count / nodes), false});
    return machine;
}

inline app::Plan plan_for(const app::Machine& machine, const std::string& config = "{}") {
    return app::make_plan(app::parse_config(config, "test"), machine);
}

}  // namespace snmpgate::test

#pragma once

#include <string>
#include <vector>

namespace snmpgate::app {

// The CPUs this process may use, ascending; never empty.
[[nodiscard]] std::vector<unsigned> allowed_cpus();

// True for a CPU the kernel keeps other work off (isolcpus).
[[nodiscard]] bool is_isolated(unsigned cpu);

// "0,1,4", as EAL takes it.
[[nodiscard]] std::string listed(const std::vector<unsigned>& cpus);

}  // namespace snmpgate::app

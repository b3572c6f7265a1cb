#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace snmpgate::app {

// What `snmpgate check` prints of a configuration: which CPU does what, the realms and whether each map keeps address
// order, the memory that records take, and the warnings. Lines, the last one ended too.
[[nodiscard]] std::string describe(const Config& config);

// What is valid in a configuration and not done by this version; one line each, with the key's path.
[[nodiscard]] std::vector<std::string> warnings(const Config& config);

}  // namespace snmpgate::app

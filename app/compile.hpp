#pragma once

#include <memory>

#include "config/config.hpp"
#include "policy.hpp"

namespace snmpgate::app {

// Compiles a checked configuration for the path. Throws std::runtime_error if a table does not fit memory. Control
// side, after rte_eal_init (tables live in its memory).
[[nodiscard]] std::unique_ptr<const Policy> compile(const Config& config);

}  // namespace snmpgate::app

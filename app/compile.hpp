#pragma once

#include <memory>

#include "config/config.hpp"
#include "memory.hpp"
#include "orders.hpp"
#include "policy.hpp"

namespace snmpgate::app {

// Compiles a checked configuration, and what the operator said since, for the path: into `memory`, which must outlive
// it. `before`: a policy of the same configuration in the same memory, whose large tables are shared, or null. Throws
// std::bad_alloc or std::runtime_error if a table does not fit. Control side, after rte_eal_init.
[[nodiscard]] std::shared_ptr<Policy> compile(const Config& config, const Orders& orders, NodeMemory& memory,
                                              const Policy* before = nullptr);

// Bytes it takes, at most. Needs no EAL.
[[nodiscard]] size_t compiled_bytes(const Config& config);

}  // namespace snmpgate::app

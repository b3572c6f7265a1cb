#pragma once

#include <memory>
#include <string>
#include <vector>

#include <rte_mempool.h>

namespace snmpgate::app {

// DPDK's environment, started once in a process and ended with it.
class Eal {
 public:
    // Throws std::runtime_error if it does not start. `arguments` are those of rte_eal_init, program name excluded.
    explicit Eal(std::vector<std::string> arguments);
    ~Eal();
    Eal(const Eal&) = delete;
    Eal& operator=(const Eal&) = delete;

    // What starts it as any user, with no hugepages, no NIC and no files of its own: replay and tests.
    [[nodiscard]] static std::vector<std::string> offline(unsigned megabytes);
};

struct FreePool {
    void operator()(rte_mempool* pool) const;
};
using Pool = std::unique_ptr<rte_mempool, FreePool>;

// Frames' memory: `frames` mbufs of the standard size. Throws std::runtime_error if they do not fit.
[[nodiscard]] Pool make_pool(const char* name, unsigned frames, int socket);

}  // namespace snmpgate::app

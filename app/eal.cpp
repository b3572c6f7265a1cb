#include "eal.hpp"

#include <stdexcept>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mbuf.h>

#include "machine.hpp"

namespace snmpgate::app {

Eal::Eal(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "snmpgate");
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    if (rte_eal_init(static_cast<int>(pointers.size()), pointers.data()) < 0)
        throw std::runtime_error(std::string{"DPDK's environment does not start: "} + rte_strerror(rte_errno) +
                                 " (its own words are above; `tools/doctor` names what stops a start)");
}

Eal::~Eal() { rte_eal_cleanup(); }

std::vector<std::string> Eal::offline(unsigned megabytes) {
    return {"--no-huge",
            "--no-shconf",
            "--no-pci",
            "--no-telemetry",
            "-m",
            std::to_string(megabytes),
            "--lcores=0@(" + std::to_string(this_machine().cpus.front().number) + ")",
            "--log-level=*:error"};
}

void FreePool::operator()(rte_mempool* pool) const { rte_mempool_free(pool); }

Pool make_pool(const char* name, unsigned frames, int socket) {
    constexpr unsigned kCache = 256;
    Pool pool{rte_pktmbuf_pool_create(name, frames, kCache, 0, RTE_MBUF_DEFAULT_BUF_SIZE, socket)};
    if (pool == nullptr)
        throw std::runtime_error("no memory for " + std::to_string(frames) + " frames: " + rte_strerror(rte_errno) +
                                 "; reserve more hugepages, or give more with -m");
    return pool;
}

}  // namespace snmpgate::app

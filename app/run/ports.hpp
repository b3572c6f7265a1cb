#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <rte_ether.h>
#include <rte_mempool.h>

#include "config/config.hpp"
#include "side.hpp"

namespace snmpgate::app {

// The two ports, started: promiscuous, VLAN tags and everything else left as on the wire. Stopped at the end.
class Ports {
 public:
    // What rte_eal_init needs to know of the devices. No EAL needed.
    [[nodiscard]] static std::vector<std::string> eal_arguments(const Config& config);

    // Throws std::runtime_error with the key, the device and the cure if a port cannot be had or started.
    Ports(const Config& config, rte_mempool& pool);
    ~Ports();
    Ports(const Ports&) = delete;
    Ports& operator=(const Ports&) = delete;

    [[nodiscard]] uint16_t id(Side side) const { return ids_[index(side)]; }  // DPDK's port number

 private:
    std::array<uint16_t, kSides> ids_{};
};

}  // namespace snmpgate::app

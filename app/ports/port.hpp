#pragma once

#include <cstdint>
#include <string>

#include <rte_mempool.h>

#include "ports/device.hpp"
#include "ports/link_guard.hpp"

namespace snmpgate::app {

// How a port is to be started.
struct PortSettings {
    uint16_t queues = 1;  // to receive and to transmit
    bool spread = false;  // see Ports
    uint16_t mtu = 0;     // as Config::Ports::mtu
};

// What a port says of itself. Counts are the driver's own, since the start; what it does not count stays 0.
struct PortState {
    std::string device;  // as configured
    std::string driver;
    std::string mac;
    Link link = Link::unknown;
    bool lowered = false;     // by us, because the other side is down
    uint32_t speed_mbps = 0;  // 0: unknown
    uint16_t mtu = 0;         // bytes
    uint64_t missed = 0;      // came in while the receive queue was full
    uint64_t errors = 0;      // came in broken
    uint64_t no_mbuf = 0;     // came in while the pool was empty
    uint64_t tx_errors = 0;   // could not be sent
};

// One port, started: promiscuous, and with no offload that changes a frame: no VLAN stripping, no LRO, no checksums.
// Stopped and left as it was found at the end.
class Port {
 public:
    // Throws std::runtime_error with the key, the device and the cure if it cannot be had or started.
    Port(const Device& device, const PortSettings& settings, rte_mempool& pool);
    ~Port();
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    [[nodiscard]] uint16_t id() const { return id_; }  // DPDK's port number

    // Control thread; `lowered` is left to the caller.
    [[nodiscard]] PortState state() const;
    [[nodiscard]] Link link() const;
    [[nodiscard]] int set_link(bool up);  // 0, or a negative errno

 private:
    void start(const Device& device, const PortSettings& settings, rte_mempool& pool);

    uint16_t id_;
    unsigned interface_ = 0;  // the kernel's, 0: none
    std::string text_;
};

}  // namespace snmpgate::app

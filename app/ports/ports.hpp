#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <rte_mempool.h>

#include "config/config.hpp"
#include "ports/link_guard.hpp"
#include "ports/port.hpp"
#include "side.hpp"

namespace snmpgate::app {

// The two ports, started, and the wire between them: what is down on one side goes down on the other.
class Ports {
 public:
    // What rte_eal_init needs to know of the devices. No EAL needed.
    [[nodiscard]] static std::vector<std::string> eal_arguments(const Config& config);

    // Each port gets `queues` queues to receive and as many to transmit (net_tap wants the same number), filled from
    // the pool of its side. `spread`: the ports themselves have to share frames out over the queues by IP addresses,
    // both directions alike, because each queue has its own worker; otherwise any sharing keeps a flow together and
    // will do. Throws std::runtime_error with the key, the device and the cure if a port cannot be had or started.
    Ports(const Config& config, uint16_t queues, const std::array<rte_mempool*, kSides>& pools, bool spread);
    ~Ports();
    Ports(const Ports&) = delete;
    Ports& operator=(const Ports&) = delete;

    [[nodiscard]] uint16_t id(Side side) const { return port(side).id(); }  // DPDK's port number

    // Control thread.
    [[nodiscard]] PortState state(Side side) const;
    // Lowers and raises links as LinkGuard says, and tells it on stderr; to be called about ten times a second.
    void follow_links(LinkGuard::Time now);

 private:
    [[nodiscard]] const Port& port(Side side) const { return side == Side::external ? external_ : internal_; }
    [[nodiscard]] Port& port(Side side) { return side == Side::external ? external_ : internal_; }
    void act(const LinkGuard::Action& action);

    Port external_;
    Port internal_;
    bool follows_;
    LinkGuard guard_;
    bool failed_ = false;  // the last action did, and was told
};

}  // namespace snmpgate::app

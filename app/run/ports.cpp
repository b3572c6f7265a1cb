#include "run/ports.hpp"

#include <stdexcept>

#include <rte_ethdev.h>

namespace snmpgate::app {
namespace {

constexpr uint16_t kDescriptors = 1024;

bool is_vdev(const std::string& device) { return device.starts_with("net_") || device.starts_with("eth_"); }

// Both kinds carry their arguments behind a comma.
std::string name_of(const std::string& device) { return device.substr(0, device.find(',')); }

void check(int result, const std::string& port, const char* step) {
    if (result < 0) throw std::runtime_error(port + " does not start: " + step + ": " + rte_strerror(-result));
}

void start(uint16_t id, const std::string& port, rte_mempool& pool) {
    rte_eth_conf conf{};  // no offload: a frame leaves as it came
    check(rte_eth_dev_configure(id, 1, 1, &conf), port, "configure");
    uint16_t receive = kDescriptors, transmit = kDescriptors;
    check(rte_eth_dev_adjust_nb_rx_tx_desc(id, &receive, &transmit), port, "descriptors");
    const auto socket = static_cast<unsigned>(rte_eth_dev_socket_id(id));
    check(rte_eth_rx_queue_setup(id, 0, receive, socket, nullptr, &pool), port, "receive queue");
    check(rte_eth_tx_queue_setup(id, 0, transmit, socket, nullptr), port, "transmit queue");
    check(rte_eth_dev_start(id), port, "start");
    // A virtual device may know no such mode, and passes everything then.
    if (const int result = rte_eth_promiscuous_enable(id); result != -ENOTSUP) check(result, port, "promiscuous mode");
}

}  // namespace

std::vector<std::string> Ports::eal_arguments(const Config& config) {
    std::vector<std::string> arguments;
    for (const std::string& device : {config.ports.external, config.ports.internal})
        arguments.push_back((is_vdev(device) ? "--vdev=" : "--allow=") + device);
    return arguments;
}

Ports::Ports(const Config& config, rte_mempool& pool) {
    const std::array<std::pair<std::string, std::string>, kSides> wanted = {
        {{"ports.external.device", config.ports.external}, {"ports.internal.device", config.ports.internal}}};
    for (uint8_t i = 0; i < kSides; ++i) {
        const auto& [key, device] = wanted[i];
        const std::string port = key + ": \"" + device + "\"";
        if (rte_eth_dev_get_port_by_name(name_of(device).c_str(), &ids_[i]) != 0)
            throw std::runtime_error(port +
                                     " was not found by DPDK; its own words are above, and `tools/doctor` names "
                                     "what a device needs");
        start(ids_[i], port, pool);
    }
}

Ports::~Ports() {
    for (const uint16_t id : ids_) {
        rte_eth_dev_stop(id);
        rte_eth_dev_close(id);
    }
}

}  // namespace snmpgate::app

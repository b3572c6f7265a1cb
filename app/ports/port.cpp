#include "ports/port.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

#include <rte_ethdev.h>

#include "ports/link.hpp"
#include "ports/queues.hpp"

namespace snmpgate::app {
namespace {

constexpr uint16_t kDescriptors = 1024;
constexpr uint32_t kJumbo = 9000;       // what switches and hosts usually agree on
constexpr uint32_t kXdpHeadroom = 256;  // XDP_PACKET_HEADROOM of linux/bpf.h

void check(int result, const Device& device, const char* step) {
    if (result < 0)
        throw std::runtime_error(device.label() + " does not start: " + step + ": " + rte_strerror(-result) +
                                 "; DPDK's own words are above");
}

// A virtual device may know no such mode, and passes everything then.
void enable(int result, const Device& device, const char* mode) {
    if (result != -ENOTSUP) check(result, device, mode);
}

uint16_t find(const Device& device) {
    uint16_t id = 0;
    if (rte_eth_dev_get_port_by_name(device.name.c_str(), &id) != 0)
        throw std::runtime_error(device.label() +
                                 " was not found by DPDK; its own words are above, and `tools/doctor` names what a "
                                 "device needs");
    return id;
}

// Bytes a driver counts in a frame beside the MTU's.
uint32_t overhead(const rte_eth_dev_info& info) {
    if (info.max_mtu != UINT16_MAX && info.max_rx_pktlen > info.max_mtu) return info.max_rx_pktlen - info.max_mtu;
    return RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN;
}

uint32_t largest_mtu(const rte_eth_dev_info& info, const Device& device, uint32_t room) {
    uint32_t frame = info.max_rx_pktlen;
    // A NIC that cannot scatter a frame over mbufs; virtual devices that carry long frames chain mbufs by themselves.
    if (device.is_pci() && (info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER) == 0) frame = std::min(frame, room);
    // The kernel keeps XDP_PACKET_HEADROOM of each mbuf, which net_af_xdp does not say, and loses what does not fit.
    if (device.driver() == "net_af_xdp") frame = std::min(frame, room - std::min(room, kXdpHeadroom));
    return std::min<uint32_t>(info.max_mtu, frame - std::min(frame, overhead(info)));
}

// 0: the driver's own.
uint16_t choose_mtu(const rte_eth_dev_info& info, const Device& device, const PortSettings& settings, uint32_t room) {
    const uint32_t largest = largest_mtu(info, device, room);
    if (settings.mtu > largest || (settings.mtu != 0 && settings.mtu < info.min_mtu))
        throw std::runtime_error("ports.mtu = " + std::to_string(settings.mtu) + ": " + device.label() + " (" +
                                 info.driver_name + ") takes " + std::to_string(info.min_mtu) + " to " +
                                 std::to_string(largest) +
                                 "; give one of these, or leave ports.mtu out for the most it can");
    if (settings.mtu != 0) return settings.mtu;
    return device.is_pci() ? static_cast<uint16_t>(std::min(kJumbo, largest)) : 0;
}

// Some drivers have VLAN offloads on whatever the configuration says.
void switch_vlan_offloads_off(uint16_t id, const Device& device) {
    if (rte_eth_dev_get_vlan_offload(id) > 0) check(rte_eth_dev_set_vlan_offload(id, 0), device, "VLAN offloads off");
}

void set_mtu(uint16_t id, const Device& device, const PortSettings& settings) {
    if (settings.mtu == 0) return;
    // -ENOTSUP: the driver has no limit to move, and has accepted the value with its configuration.
    if (const int result = rte_eth_dev_set_mtu(id, settings.mtu); result != 0 && result != -ENOTSUP)
        throw std::runtime_error("ports.mtu = " + std::to_string(settings.mtu) + ": refused by " + device.label() +
                                 ": " + rte_strerror(-result) + "; give a smaller one, or leave ports.mtu out");
}

}  // namespace

Port::Port(const Device& device, const PortSettings& settings, rte_mempool& pool)
    : id_(find(device)), text_(device.text) {
    try {
        start(device, settings, pool);
    } catch (...) {
        rte_eth_dev_close(id_);
        throw;
    }
}

void Port::start(const Device& device, const PortSettings& settings, rte_mempool& pool) {
    rte_eth_dev_info info{};
    check(rte_eth_dev_info_get(id_, &info), device, "what it can");
    if (device.is_virtual()) interface_ = info.if_index;
    check_queues(device, info, settings.queues, settings.spread);

    rte_eth_conf conf{};  // no offload but these: a frame leaves as it came
    const uint32_t room = rte_pktmbuf_data_room_size(&pool) - RTE_PKTMBUF_HEADROOM;
    conf.rxmode.mtu = choose_mtu(info, device, settings, room);
    if (conf.rxmode.mtu + overhead(info) > room)
        conf.rxmode.offloads |= info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
    conf.txmode.offloads |= info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
    HashKey key;
    if (device.is_pci() && settings.queues > 1) hash_addresses(conf, info, key);

    check(rte_eth_dev_configure(id_, settings.queues, settings.queues, &conf), device, "configure");
    switch_vlan_offloads_off(id_, device);
    set_mtu(id_, device, settings);
    uint16_t receive = kDescriptors, transmit = kDescriptors;
    check(rte_eth_dev_adjust_nb_rx_tx_desc(id_, &receive, &transmit), device, "descriptors");
    const auto socket = static_cast<unsigned>(rte_eth_dev_socket_id(id_));
    for (uint16_t queue = 0; queue < settings.queues; ++queue) {
        check(rte_eth_rx_queue_setup(id_, queue, receive, socket, nullptr, &pool), device, "receive queue");
        check(rte_eth_tx_queue_setup(id_, queue, transmit, socket, nullptr), device, "transmit queue");
    }
    check(rte_eth_dev_start(id_), device, "start");
    // What a run that was killed has lowered may be down still.
    if (interface_ != 0) check(set_link(true), device, "link up");
    enable(rte_eth_promiscuous_enable(id_), device, "promiscuous mode");
    enable(rte_eth_allmulticast_enable(id_), device, "all-multicast mode");
    rte_eth_stats_reset(id_);
}

Port::~Port() {
    rte_eth_allmulticast_disable(id_);
    rte_eth_promiscuous_disable(id_);  // a kernel's interface would keep it
    rte_eth_dev_stop(id_);
    rte_eth_dev_close(id_);
}

Link Port::link() const { return read_link(id_, interface_); }

int Port::set_link(bool up) { return app::set_link(id_, interface_, up); }

PortState Port::state() const {
    PortState state;
    state.device = text_;
    rte_eth_dev_info info{};
    if (rte_eth_dev_info_get(id_, &info) == 0) state.driver = info.driver_name;
    if (rte_ether_addr mac{}; rte_eth_macaddr_get(id_, &mac) == 0) {
        std::array<char, RTE_ETHER_ADDR_FMT_SIZE> text{};
        rte_ether_format_addr(text.data(), text.size(), &mac);  // in capitals
        state.mac = text.data();
        for (char& letter : state.mac) letter = static_cast<char>(std::tolower(letter));
    }
    state.link = link();
    rte_eth_link link{};
    if (rte_eth_link_get_nowait(id_, &link) == 0 && link.link_speed != RTE_ETH_SPEED_NUM_UNKNOWN)
        state.speed_mbps = link.link_speed;
    rte_eth_dev_get_mtu(id_, &state.mtu);
    if (rte_eth_stats stats{}; rte_eth_stats_get(id_, &stats) == 0) {
        state.missed = stats.imissed;
        state.errors = stats.ierrors;
        state.no_mbuf = stats.rx_nombuf;
        state.tx_errors = stats.oerrors;
    }
    return state;
}

}  // namespace snmpgate::app

#include "ports/queues.hpp"

#include <algorithm>
#include <stdexcept>

namespace snmpgate::app {
namespace {

// Virtual devices whose queues are fixed by an argument.
struct Fixed {
    const char* driver;
    const char* argument;
};
constexpr Fixed kFixed[] = {
    {"net_af_packet", "qpairs"}, {"net_af_xdp", "queue_count"}, {"net_vhost", "queues"}, {"net_virtio_user", "queues"}};

constexpr uint64_t kAddresses = RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_IPV6;
constexpr const char* kFewerCores = "name fewer CPUs in cores.rx or cores.workers";

[[noreturn]] void refuse(const Device& device, const std::string& why) {
    throw std::runtime_error(device.label() + ": " + why);
}

std::string number(uint16_t queues) { return std::to_string(queues) + (queues == 1 ? " queue" : " queues"); }

// The device's text with this argument set, for the user to write.
std::string with(const Device& device, const std::string& argument, uint16_t value) {
    std::string text = device.name;
    for (const auto& [name, old] : device.arguments)
        if (name != argument) text += ',' + name + '=' + old;
    return text + ',' + argument + '=' + std::to_string(value);
}

std::string cure(const Device& device, uint16_t queues) {
    const std::string driver = device.driver();
    for (const Fixed& fixed : kFixed)
        if (driver == fixed.driver) return "write \"" + with(device, fixed.argument, queues) + '"';
    if (driver == "net_pcap")
        return "write rx_pcap= and tx_pcap= " + (queues == 1 ? "once each" : std::to_string(queues) + " times each");
    return kFewerCores;
}

bool loses_what_is_not_served(const Device& device) {
    const std::string driver = device.driver();
    return driver == "net_pcap" || std::any_of(std::begin(kFixed), std::end(kFixed),
                                               [&](const Fixed& fixed) { return driver == fixed.driver; });
}

// net_pcap's captures and what net_null makes are as the user has shared them out. net_af_packet's queues are filled by
// the kernel's packet fanout: by a hash of addresses and ports that is the same for source and destination exchanged,
// on every interface, after it has put fragments together; what has neither address goes to one queue.
bool brings_conversations_together(const Device& device) {
    const std::string driver = device.driver();
    return driver == "net_pcap" || driver == "net_null" || driver == "net_af_packet";
}

}  // namespace

void check_queues(const Device& device, const rte_eth_dev_info& info, uint16_t queues, bool spread) {
    const uint16_t most = std::min(info.max_rx_queues, info.max_tx_queues);
    if (queues > most)
        refuse(device, "has " + number(most) + ", " + number(queues) + " wanted; " + cure(device, queues));
    if (loses_what_is_not_served(device) && queues < std::max(info.max_rx_queues, info.max_tx_queues))
        refuse(device, "has " + number(std::max(info.max_rx_queues, info.max_tx_queues)) + ", " + number(queues) +
                           " served, and frames in the others would be lost; " + cure(device, queues));
    if (queues == 1) return;
    if (device.is_pci() && (info.flow_type_rss_offloads & kAddresses) != kAddresses)
        refuse(device, std::string{info.driver_name} +
                           " cannot share frames out by their IP addresses alone (RSS on ipv4 and ipv6); "
                           "use one queue: one CPU in cores.rx with \"layout\": \"split\"");
    if (device.is_virtual() && spread && !brings_conversations_together(device))
        refuse(device,
               "this device cannot bring both directions of a conversation to one queue, so the fused layout has one "
               "worker here; "
               "name one CPU in cores.workers, or use \"layout\": \"split\"");
}

void hash_addresses(rte_eth_conf& conf, const rte_eth_dev_info& info, HashKey& key) {
    for (size_t i = 0; i < key.size(); ++i) key[i] = i % 2 == 0 ? 0x6D : 0x5A;
    constexpr uint8_t kUsual = 40;  // bytes, where the driver does not say
    conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    conf.rx_adv_conf.rss_conf.rss_key = key.data();
    conf.rx_adv_conf.rss_conf.rss_key_len =
        static_cast<uint8_t>(std::min<size_t>(info.hash_key_size != 0 ? info.hash_key_size : kUsual, key.size()));
    conf.rx_adv_conf.rss_conf.rss_hf = info.flow_type_rss_offloads & RTE_ETH_RSS_IP;
}

}  // namespace snmpgate::app

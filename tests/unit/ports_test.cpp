#include <string>

#include <gtest/gtest.h>
#include <rte_byteorder.h>
#include <rte_thash.h>

#include "ports/device.hpp"
#include "ports/queues.hpp"

namespace snmpgate::app {
namespace {

Device device(const std::string& text) {
    Config config;
    config.ports.external = text;
    return devices_of(config)[index(Side::external)];
}

TEST(Device, AVirtualDeviceIsTakenApart) {
    const Device tap = device("net_tap0,iface=asa0,persist");
    EXPECT_TRUE(tap.is_virtual());
    EXPECT_FALSE(tap.is_pci());
    EXPECT_EQ(tap.name, "net_tap0");
    EXPECT_EQ(tap.driver(), "net_tap");
    EXPECT_EQ(tap.argument("iface"), "asa0");
    EXPECT_EQ(tap.count("persist"), 1u);
    EXPECT_EQ(tap.argument("mac"), "");
    EXPECT_EQ(tap.label(), "ports.external.device = \"net_tap0,iface=asa0,persist\"");
}

TEST(Device, RepeatedArgumentsAreCounted) {
    const Device pcap = device("net_pcap12,rx_pcap=a=b.pcap,rx_pcap=c");
    EXPECT_EQ(pcap.driver(), "net_pcap");
    EXPECT_EQ(pcap.count("rx_pcap"), 2u);
    EXPECT_EQ(pcap.argument("rx_pcap"), "a=b.pcap");
}

TEST(Device, AnOldNameIsTheSameDriver) { EXPECT_EQ(device("eth_af_packet3,iface=e").driver(), "net_af_packet"); }

TEST(Device, PciAddressesHaveADomain) {
    EXPECT_EQ(device("65:00.1").name, "0000:65:00.1");
    EXPECT_TRUE(device("65:00.1").is_pci());
    EXPECT_EQ(device("10000:01:00.0,rxq_cqe_comp_en=0").name, "10000:01:00.0");
    EXPECT_TRUE(device("10000:01:00.0").is_pci());
    EXPECT_EQ(device("0000:65:00.0").driver(), "");
}

TEST(Device, OtherWordsAreNeither) {
    for (const char* text : {"", "eth0", "65:00", "65:00.9", "0000:65:00", "asa"}) {
        EXPECT_FALSE(device(text).is_pci()) << text;
        EXPECT_FALSE(device(text).is_virtual()) << text;
    }
}

constexpr uint64_t kAllRss = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP;

rte_eth_dev_info info(uint16_t queues, uint64_t rss = 0) {
    rte_eth_dev_info info{};
    info.driver_name = "net_test";
    info.max_rx_queues = info.max_tx_queues = queues;
    info.flow_type_rss_offloads = rss;
    return info;
}

// Why it is refused, without the device's label; empty if it is not.
std::string refusal(const std::string& text, const rte_eth_dev_info& offered, uint16_t queues, bool spread = false) {
    const Device asked = device(text);
    try {
        check_queues(asked, offered, queues, spread);
        return "";
    } catch (const std::runtime_error& error) {
        const std::string told = error.what();
        EXPECT_TRUE(told.starts_with(asked.label() + ": ")) << told;
        return told.substr(asked.label().size() + 2);
    }
}

TEST(Queues, TheDeviceToWriteIsNamed) {
    EXPECT_EQ(refusal("net_af_packet0,iface=e0", info(1), 2),
              "has 1 queue, 2 queues wanted; write \"net_af_packet0,iface=e0,qpairs=2\"");
    EXPECT_EQ(refusal("net_af_xdp0,queue_count=4,iface=e0", info(4), 2),
              "has 4 queues, 2 queues served, and frames in the others would be lost; write "
              "\"net_af_xdp0,iface=e0,queue_count=2\"");
    EXPECT_EQ(refusal("net_pcap0,rx_pcap=a", info(1), 2),
              "has 1 queue, 2 queues wanted; write rx_pcap= and tx_pcap= 2 times each");
    EXPECT_EQ(refusal("net_tap0", info(16), 17),
              "has 16 queues, 17 queues wanted; name fewer CPUs in cores.rx or cores.workers");
    EXPECT_EQ(refusal("net_af_packet0,iface=e0,qpairs=2", info(2), 2), "");
    EXPECT_EQ(refusal("net_tap0", info(16), 2), "");
}

TEST(Queues, ANicMustHashAddressesAlone) {
    EXPECT_EQ(refusal("65:00.0", info(64, kAllRss), 4, true), "");
    EXPECT_EQ(refusal("65:00.0", info(64, kAllRss), 4, false), "");
    EXPECT_EQ(refusal("65:00.0", info(64, 0), 1, true), "");  // one queue needs no hash
    for (const uint64_t rss : {uint64_t{0}, kAllRss & ~RTE_ETH_RSS_IPV4, kAllRss & ~RTE_ETH_RSS_IPV6})
        EXPECT_NE(refusal("65:00.0", info(64, rss), 2).find("cannot share frames out by their IP addresses alone"),
                  std::string::npos);
}

TEST(Queues, AVirtualDeviceCannotSpread) {
    EXPECT_NE(refusal("net_tap0", info(16), 2, true).find("name one CPU in cores.workers"), std::string::npos);
    EXPECT_EQ(refusal("net_tap0", info(16), 1, true), "");
    EXPECT_EQ(refusal("net_null0", info(16), 2, true), "");  // all its frames are alike
}

TEST(Queues, OnlyAddressesAreHashedWithTheDevicesKeyLength) {
    rte_eth_conf conf{};
    HashKey key;
    rte_eth_dev_info offered = info(64, kAllRss);
    hash_addresses(conf, offered, key);
    EXPECT_EQ(conf.rxmode.mq_mode, RTE_ETH_MQ_RX_RSS);
    EXPECT_EQ(conf.rx_adv_conf.rss_conf.rss_hf, uint64_t{RTE_ETH_RSS_IP});
    EXPECT_EQ(conf.rx_adv_conf.rss_conf.rss_key_len, 40);
    offered.hash_key_size = 52;
    hash_addresses(conf, offered, key);
    EXPECT_EQ(conf.rx_adv_conf.rss_conf.rss_key_len, 52);
}

// Both directions of a conversation, as a NIC would hash them: DPDK's own Toeplitz in software.
TEST(Queues, TheHashIsTheSameInBothDirections) {
    rte_eth_conf conf{};
    HashKey key;
    hash_addresses(conf, info(64, kAllRss), key);
    for (uint32_t i = 1; i < 1000; ++i) {
        uint32_t there[2] = {0x0A010A05 + i * 2654435761u, 0xAC1E000A ^ i};
        uint32_t back[2] = {there[1], there[0]};
        ASSERT_EQ(rte_softrss(there, 2, key.data()), rte_softrss(back, 2, key.data())) << i;
    }
    uint32_t one[2] = {0x0A010A05, 0xAC1E000A}, other[2] = {0x0A010A06, 0xAC1E000A};
    EXPECT_NE(rte_softrss(one, 2, key.data()), rte_softrss(other, 2, key.data()));
}

}  // namespace
}  // namespace snmpgate::app

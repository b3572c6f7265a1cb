#include <gtest/gtest.h>

#include "appliance/machines.hpp"

// What make_plan refuses, in full: an operator reads it and knows the cure.
namespace snmpgate::app {
namespace {

using test::machine;
using test::plan_for;

// Empty if it is accepted.
std::string refusal(const std::string& config, unsigned cpus = 4) {
    try {
        (void)plan_for(machine(cpus), config);
        return "";
    } catch (const ConfigError& error) {
        return error.what();
    }
}

std::string fused_on(const std::string& device, const std::string& more = "") {
    return refusal(R"({"ports": {"external": {"device": ")" + device + R"("}}, "cores": {"workers": [0, 1]})" + more +
                   "}");
}

TEST(PlanRefusals, FusedHasNoRxOrTxCores) {
    EXPECT_EQ(refusal(R"({"cores": {"layout": "fused", "rx": [1, 2], "workers": [3]}})"),
              "cores.rx = [1, 2]: the fused layout has no rx or tx cores; leave the key out, or set cores.layout to "
              "\"split\"");
    EXPECT_EQ(refusal(R"({"cores": {"layout": "fused", "tx": [1]}})"),
              "cores.tx = [1]: the fused layout has no rx or tx cores; leave the key out, or set cores.layout to "
              "\"split\"");
}

TEST(PlanRefusals, SplitNeedsACpuForEachRole) {
    const std::string why =
        " = []: the split layout needs a CPU in each of cores.rx, cores.workers and cores.tx; or leave out all three, "
        "and the machine decides";
    EXPECT_EQ(refusal(R"({"cores": {"workers": [1], "tx": [2]}})"), "cores.rx" + why);
    EXPECT_EQ(refusal(R"({"cores": {"rx": [1], "tx": [2]}})"), "cores.workers" + why);
    EXPECT_EQ(refusal(R"({"cores": {"rx": [1], "workers": [2]}})"), "cores.tx" + why);
    EXPECT_EQ(refusal(R"({"cores": {"layout": "split", "workers": [1]}})"), "cores.rx" + why);
}

TEST(PlanRefusals, SeveralFusedNeedPortsThatKeepAConversationTogether) {
    const auto why = [](const std::string& key, const std::string& device) {
        return "cores.workers = [0, 1]: several fused workers need ports that bring both directions of a conversation "
               "to one of them, by a symmetric hash of addresses, and " +
               key + " " + device + " does not; name one CPU, or use \"layout\": \"split\"";
    };
    for (const char* device : {"net_tap0,iface=sg0", "net_af_xdp0,iface=eth1", "net_memif0", "net_virtio_user0"})
        EXPECT_EQ(fused_on(device), why("ports.external.device", device));
    EXPECT_EQ(refusal(R"({"ports": {"external": {"device": "net_null0"}, "internal": {"device": "net_tap1"}},
                          "cores": {"workers": [0, 1]}})"),
              why("ports.internal.device", "net_tap1"));
}

TEST(PlanRefusals, ButThoseThatDoAreTaken) {
    for (const char* device :
         {"0000:03:00.0", "03:00.1", "net_af_packet0,iface=eth1", "net_pcap0,rx_pcap=a.pcap", "net_null0"})
        EXPECT_EQ(fused_on(device), "");
    EXPECT_EQ(refusal(R"({"cores": {"workers": [0, 1]}})"), "") << "no port is named yet";
    EXPECT_EQ(refusal(R"({"ports": {"external": {"device": "net_tap0"}}, "cores": {"workers": [0]}})"), "")
        << "one worker has all";
    EXPECT_EQ(refusal(R"({"ports": {"external": {"device": "net_tap0"}},
                          "cores": {"rx": [0], "workers": [1, 2], "tx": [3]}})"),
              "")
        << "the rx core spreads";
}

TEST(PlanRefusals, SeveralFusedDoNotGoWithTranslatedHeaders) {
    EXPECT_EQ(
        fused_on("0000:03:00.0", R"(, "nat": {"headers": true}, "realms": [{"name": "a",
                       "maps": [{"private": "10.1.0.0/16", "public": "172.20.0.0/16"}]}])"),
        "cores.workers = [0, 1]: with nat.headers a host has another address on either side, so no port can bring "
        "both directions of a conversation to one fused worker; name one CPU, or use \"layout\": \"split\"");
}

}  // namespace
}  // namespace snmpgate::app

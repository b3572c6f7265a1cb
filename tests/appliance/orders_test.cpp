#include "orders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "appliance/gate.hpp"

namespace snmpgate::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kConfigured = R"({"mode": "prevent", "blocklist": {
    "macs": ["00:1b:54:aa:00:01"], "prefixes": ["10.1.10.66", "192.168.0.0/16"]}})";

std::vector<Target> targets(const std::vector<std::string>& texts) {
    std::vector<Target> list;
    for (const std::string& text : texts) list.push_back(parse_target(text));
    return list;
}

class OrdersTest : public testing::Test {
 protected:
    Orders::Outcome block(const std::vector<std::string>& texts) { return apply(texts, true); }
    Orders::Outcome unblock(const std::vector<std::string>& texts) { return apply(texts, false); }
    Orders::Outcome apply(const std::vector<std::string>& texts, bool block) {
        return orders.apply(config.blocklist, targets(texts), block);
    }
    // "+x" is blocked by order, "-x" unblocked.
    std::vector<std::string> list() const {
        std::vector<std::string> texts;
        for (const Orders::Order& order : orders.list())
            texts.push_back((order.block ? '+' : '-') + to_text(order.target));
        return texts;
    }
    std::vector<std::string> blocked_prefixes() const {
        std::vector<std::string> texts;
        for (const locate::Prefix& prefix : orders.prefixes(config.blocklist)) texts.push_back(to_text(Target{prefix}));
        return texts;
    }

    Config config = parse_config(kConfigured, "test");
    Orders orders;
};

TEST_F(OrdersTest, BlockWhatIsNotConfigured) {
    const Orders::Outcome outcome = block({"00:1b:54:aa:00:09", "10.9.0.0/16", "10.9.9.9"});
    EXPECT_THAT(outcome.changed, ElementsAre("00:1b:54:aa:00:09", "10.9.0.0/16", "10.9.9.9"));
    EXPECT_THAT(outcome.unchanged, IsEmpty());
    EXPECT_THAT(list(), ElementsAre("+00:1b:54:aa:00:09", "+10.9.0.0/16", "+10.9.9.9"));
    EXPECT_THAT(blocked_prefixes(), ElementsAre("10.1.10.66", "192.168.0.0/16", "10.9.0.0/16", "10.9.9.9"));
    EXPECT_EQ(orders.blocked_macs(config.blocklist), 2u);
}

TEST_F(OrdersTest, SayingItTwiceChangesNothing) {
    block({"00:1b:54:aa:00:09", "10.9.0.0/16"});
    const Orders::Outcome again = block({"00:1B:54:AA:00:09", "10.9.0.0/16", "10.8.0.0/16"});
    EXPECT_THAT(again.unchanged, ElementsAre("00:1b:54:aa:00:09", "10.9.0.0/16"));
    EXPECT_THAT(again.changed, ElementsAre("10.8.0.0/16"));
    EXPECT_THAT(block({"00:1b:54:aa:00:01", "10.1.10.66"}).changed, IsEmpty()) << "configured so already";
    EXPECT_THAT(unblock({"00:1b:54:aa:00:77", "10.7.0.0/16"}).changed, IsEmpty()) << "never was blocked";
    EXPECT_EQ(list().size(), 3u);
}

TEST_F(OrdersTest, UnblockTakesAnOrderBack) {
    block({"00:1b:54:aa:00:09", "10.9.0.0/16"});
    EXPECT_THAT(unblock({"10.9.0.0/16", "00:1b:54:aa:00:09"}).changed, ElementsAre("10.9.0.0/16", "00:1b:54:aa:00:09"));
    EXPECT_THAT(list(), IsEmpty());
    EXPECT_EQ(orders.blocked_macs(config.blocklist), 1u);
}

TEST_F(OrdersTest, UnblockWinsOverTheConfiguration) {
    EXPECT_EQ(unblock({"00:1b:54:aa:00:01", "10.1.10.66"}).changed.size(), 2u);
    EXPECT_THAT(list(), ElementsAre("-00:1b:54:aa:00:01", "-10.1.10.66"));
    EXPECT_THAT(blocked_prefixes(), ElementsAre("192.168.0.0/16"));
    EXPECT_EQ(orders.blocked_macs(config.blocklist), 0u);
    EXPECT_EQ(block({"00:1b:54:aa:00:01", "10.1.10.66"}).changed.size(), 2u);
    EXPECT_THAT(list(), IsEmpty()) << "as configured again";
    EXPECT_THAT(blocked_prefixes(), ElementsAre("10.1.10.66", "192.168.0.0/16"));
}

TEST_F(OrdersTest, APrefixIsWhatItWasNamed) {
    EXPECT_THAT(unblock({"192.168.7.7"}).changed, IsEmpty()) << "the prefix around it is what is blocked";
    EXPECT_THAT(unblock({"192.168.0.0/16"}).changed, ElementsAre("192.168.0.0/16"));
    block({"10.9.0.0/16", "10.9.0.0/24", "10.9.0.0"});
    EXPECT_THAT(unblock({"10.9.0.0/24"}).changed, ElementsAre("10.9.0.0/24"));
    EXPECT_THAT(blocked_prefixes(), ElementsAre("10.1.10.66", "10.9.0.0/16", "10.9.0.0"));
}

TEST_F(OrdersTest, Ipv6IsBlockedAsIpv4Is) {
    EXPECT_THAT(block({"2001:db8::/32", "2001:DB8:0::7"}).changed, ElementsAre("2001:db8::/32", "2001:db8::7"));
    EXPECT_THAT(unblock({"2001:db8::/32"}).changed, ElementsAre("2001:db8::/32"));
    EXPECT_THAT(list(), ElementsAre("+2001:db8::7"));
}

// A reload may bring into the configuration what an order said before.
TEST_F(OrdersTest, HoldOverAnotherConfiguration) {
    block({"10.9.0.0/16", "00:1b:54:aa:00:09"});
    unblock({"10.1.10.66"});
    config = parse_config(
        R"({"blocklist": {"macs": ["00:1b:54:aa:00:09"], "prefixes": ["10.9.0.0/16", "10.1.10.66"]}})", "test");
    EXPECT_THAT(blocked_prefixes(), ElementsAre("10.9.0.0/16")) << "once, though both say it";
    EXPECT_EQ(orders.blocked_macs(config.blocklist), 1u);
    EXPECT_THAT(block({"10.9.0.0/16"}).unchanged, ElementsAre("10.9.0.0/16"));
    EXPECT_THAT(unblock({"10.9.0.0/16"}).changed, ElementsAre("10.9.0.0/16"));
    EXPECT_THAT(blocked_prefixes(), IsEmpty());
}

std::vector<std::string> many(size_t count) {
    std::vector<std::string> hosts;
    for (size_t i = 0; i < count; ++i)
        hosts.push_back("10." + std::to_string(i >> 16) + '.' + std::to_string(i >> 8 & 255) + '.' +
                        std::to_string(i & 255));
    return hosts;
}

TEST_F(OrdersTest, AreAllGivenOrNone) {
    block({"172.16.0.1"});
    try {
        block(many(Orders::kMost));
        FAIL() << "one more than there is room for";
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(),
                     "there is room for 4096 orders, 1 are given already; put them into the configuration's blocklist, "
                     "and reload");
    }
    EXPECT_THAT(list(), ElementsAre("+172.16.0.1"));
    EXPECT_EQ(block(many(Orders::kMost - 1)).changed.size(), Orders::kMost - 1);
    EXPECT_THROW(block({"172.16.0.2"}), std::runtime_error);
}

TEST_F(OrdersTest, WhoHasGivenAllCanTakeThemBack) {
    block(many(Orders::kMost));
    EXPECT_THAT(block({"10.0.0.5"}).unchanged, ElementsAre("10.0.0.5"));
    EXPECT_THAT(unblock({"10.0.0.5"}).changed, ElementsAre("10.0.0.5"));
    EXPECT_EQ(list().size(), Orders::kMost - 1);
}

std::string refusal(const std::string& text) {
    try {
        return "accepted as " + to_text(parse_target(text));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

TEST(Targets, AreReadAsInTheConfiguration) {
    EXPECT_EQ(to_text(parse_target("00:1B:54:AA:00:01")), "00:1b:54:aa:00:01");
    EXPECT_EQ(to_text(parse_target("10.1.10.66")), "10.1.10.66");
    EXPECT_EQ(to_text(parse_target("10.1.10.66/32")), "10.1.10.66");
    EXPECT_EQ(to_text(parse_target("2001:db8:0:0::/64")), "2001:db8::/64");
}

TEST(Targets, ThatAreWrongAreToldTheCure) {
    EXPECT_EQ(refusal("10.1.10.66/24"), "\"10.1.10.66/24\": has host bits set; the prefix is 10.1.10.0/24");
    EXPECT_EQ(refusal("2001:db8::1/32"), "\"2001:db8::1/32\": has host bits set; the prefix is 2001:db8::/32");
    EXPECT_EQ(refusal("01:00:5e:00:00:01"),
              "\"01:00:5e:00:00:01\": is a group address, which no device has; must be a device's own");
    EXPECT_EQ(refusal("::ffff:10.0.0.0/104"),
              "\"::ffff:10.0.0.0/104\": holds IPv4-mapped addresses (::ffff:0:0/96); name IPv4 as a.b.c.d/length, and "
              "IPv6 without them");
    const std::string why =
        ": must be a MAC address as in 00:1b:54:aa:00:01, a host as in 10.1.10.66, or a prefix as in 10.0.0.0/8 or "
        "2001:db8::/32";
    for (const char* text : {"", "10.1.10", "10.1.10.66/33", "printer-3", "00:1b:54:aa:00"})
        EXPECT_EQ(refusal(text), '"' + std::string{text} + '"' + why);
}

// Orders over a configuration, in force.
class OrdersInForce : public OrdersTest {
 protected:
    void publish() {
        auto policy = compile(config, orders, gate_.memory, before_.get());
        gate_.publish(policy);
        before_ = policy;
    }
    bool passes_from(const char* mac, const char* address) {
        const bool v6 = std::string_view{address}.find(':') != std::string_view::npos;
        test::Frame frame = test::Frame().eth(test::kOutsideMac, mac);
        v6 ? frame.ipv6(address, "2001:db8:ffff::9") : frame.ipv4(address, "198.51.100.9");
        return gate_.passes(frame.udp(4000, 5000), Side::internal);
    }
    bool passes_from(const char* address) { return passes_from("02:00:00:00:00:77", address); }
    uint64_t discarded(Reason reason) const {
        return test::get(gate_.worker_books(0).sides[index(Side::internal)].discarded, reason);
    }

 private:
    test::FusedGate gate_{1, kConfigured};
    std::shared_ptr<const Policy> before_;
};

TEST_F(OrdersInForce, AMacIsBlockedAndUnblocked) {
    EXPECT_TRUE(passes_from("00:1b:54:aa:00:09", "10.1.0.5"));
    block({"00:1b:54:aa:00:09"});
    publish();
    EXPECT_FALSE(passes_from("00:1b:54:aa:00:09", "10.1.0.5"));
    EXPECT_FALSE(passes_from("00:1b:54:aa:00:01", "10.1.0.5")) << "as configured";
    EXPECT_EQ(discarded(Reason::blocked_mac), 2u);
    unblock({"00:1b:54:aa:00:09"});
    publish();
    EXPECT_TRUE(passes_from("00:1b:54:aa:00:09", "10.1.0.5"));
}

TEST_F(OrdersInForce, AConfiguredMacIsUnblocked) {
    EXPECT_FALSE(passes_from("00:1b:54:aa:00:01", "10.1.0.5"));
    unblock({"00:1b:54:aa:00:01"});
    publish();
    EXPECT_TRUE(passes_from("00:1b:54:aa:00:01", "10.1.0.5"));
    block({"00:1b:54:aa:00:01"});
    publish();
    EXPECT_FALSE(passes_from("00:1b:54:aa:00:01", "10.1.0.5"));
}

TEST_F(OrdersInForce, HostsAndPrefixesAreBlockedAndUnblocked) {
    block({"10.1.0.5", "172.16.0.0/12", "2001:db8:5::/48"});
    publish();
    EXPECT_FALSE(passes_from("10.1.0.5"));
    EXPECT_TRUE(passes_from("10.1.0.6"));
    EXPECT_FALSE(passes_from("172.31.255.255"));
    EXPECT_TRUE(passes_from("172.32.0.0"));
    EXPECT_FALSE(passes_from("2001:db8:5:ffff::1"));
    EXPECT_TRUE(passes_from("2001:db8:6::1"));
    EXPECT_FALSE(passes_from("192.168.1.1")) << "as configured";
    EXPECT_EQ(discarded(Reason::blocked_prefix), 4u);
    unblock({"10.1.0.5", "192.168.0.0/16"});
    publish();
    EXPECT_TRUE(passes_from("10.1.0.5"));
    EXPECT_TRUE(passes_from("192.168.1.1"));
    EXPECT_FALSE(passes_from("10.1.10.66")) << "of this nothing was said";
}

}  // namespace
}  // namespace snmpgate::app

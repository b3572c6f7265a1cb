#include "translate/translate.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "support/frame_builder.hpp"
#include "support/vectors.hpp"

namespace snmpgate::translate {
namespace {

using test::Bytes;
using test::Frame;
using test::Snmp;

constexpr const char* kAgent = "10.1.0.5";  // 172.20.0.5 outside
constexpr const char* kAgentOutside = "172.20.0.5";
constexpr const char* kManager = "198.51.100.9";
constexpr const char* kName = "1.3.6.1.2.1.4.20.1.1";

struct Translate : testing::Test {
    Policy policy;
    std::unique_ptr<Plan> plan = std::make_unique<Plan>();
    std::unique_ptr<wire::snmp::Message> message = std::make_unique<wire::snmp::Message>();
    Outcome outcome;

    Translate() {
        policy.translate_values = true;
        policy.snmp_ports.set(161).set(162);
        set_headers(false);
    }
    void set_headers(bool here) {
        const std::vector<locate::RealmSpec> specs = {{"teaching", {}, {{0x0A010000, 0xAC140000, 16}}}};
        policy.translate_headers = here;
        policy.realms = {specs, here ? locate::Headers::translated_here : locate::Headers::translated_beside};
    }

    Bytes translate(const Frame& built, Side entered = Side::internal) { return translate(built.bytes(), entered); }
    Bytes translate(Bytes frame, Side entered) {
        const wire::Packet packet = wire::parse_packet(wire::Extent::whole(frame));
        const locate::Ends ends = policy.realms.locate(frame, packet, entered);
        Reason snmp = Reason::none;
        const bool is_snmp = wire::carries_snmp(packet, policy.snmp_ports);
        if (is_snmp)
            snmp = packet.fragment ? Reason::snmp_fragment : wire::snmp::decode(frame, packet.payload, *message);
        const bool parsed = is_snmp && snmp == Reason::none;
        outcome = plan_frame(frame, packet, ends, entered, snmp, parsed ? message.get() : nullptr, policy, *plan);
        plan->apply(frame);
        return frame;
    }
};

Frame snmp_frame(const Snmp& snmp, const char* from = kAgent, const char* to = kManager) {
    return Frame().eth().ipv4(from, to).udp(161, 40000).snmp(snmp);
}

TEST_F(Translate, EveryMappedValueAndNothingElse) {
    const auto answer = [](const char* agent, const char* second) {
        return snmp_frame(Snmp::v2c()
                              .response(7)
                              .ip(kName, agent)
                              .ip(kName, "255.255.0.0")
                              .ip(kName, "8.8.8.8")
                              .integer(kName, 0x0A010005)
                              .ip(kName, second));
    };
    EXPECT_EQ(translate(answer("10.1.0.5", "10.1.255.255")), answer("172.20.0.5", "172.20.255.255").bytes());
    EXPECT_EQ(outcome.addresses, 2u);
}

TEST_F(Translate, BothDirectionsAndRequestsToo) {
    const auto set = [](const char* value) {
        return Frame().eth().ipv4(kManager, kAgent).udp(40000, 161).snmp(Snmp::v1().set(9).ip(kName, value));
    };
    EXPECT_EQ(translate(set("172.20.3.4"), Side::external), set("10.1.3.4").bytes());
    EXPECT_EQ(translate(set("10.1.3.4"), Side::external), set("10.1.3.4").bytes())
        << "private is not what outside says";
}

TEST_F(Translate, EveryPduOfEveryVersion) {
    for (const int pdu : {0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA6, 0xA7, 0xA8}) {
        for (const Snmp& version : {Snmp::v1(), Snmp::v2c(), Snmp::v3()}) {
            const auto frame = [&](const char* address) {
                return snmp_frame(Snmp{version}.pdu(static_cast<uint8_t>(pdu), 1).ip(kName, address));
            };
            EXPECT_EQ(translate(frame("10.1.0.5")), frame("172.20.0.5").bytes()) << std::hex << pdu;
        }
    }
}

TEST_F(Translate, TrapsAgentAddress) {
    const auto trap = [](const char* agent, const char* value) {
        test::TrapV1Fields fields;
        fields.agent = agent;
        return Frame().eth().ipv4(kAgent, kManager).udp(40000, 162).snmp(Snmp::v1().trap_v1(fields).ip(kName, value));
    };
    EXPECT_EQ(translate(trap("10.1.0.5", "10.1.0.6")), trap("172.20.0.5", "172.20.0.6").bytes());
    EXPECT_EQ(outcome.addresses, 2u);
}

TEST_F(Translate, OverIpv6AndOverEthernet) {
    const auto over_ipv6 = [](const char* address) {
        return Frame()
            .eth()
            .ipv6("2001:db8::5", "2001:db8::9")
            .udp(161, 40000)
            .snmp(Snmp::v2c().response(1).ip(kName, address));
    };
    EXPECT_EQ(translate(over_ipv6("10.1.0.5")), over_ipv6("172.20.0.5").bytes());
    const auto direct = [](const char* address) {
        return Frame().eth().snmp(Snmp::v2c().response(1).ip(kName, address));
    };
    EXPECT_EQ(translate(direct("10.1.0.5")), direct("172.20.0.5").bytes());
}

// RFC 768: no checksum stays none, and a wrong one is not made right.
TEST_F(Translate, UdpChecksumNoneAndWrong) {
    const auto frame = [](const char* address, test::UdpOptions options) {
        return Frame()
            .eth()
            .ipv4(kAgent, kManager)
            .udp(161, 40000, options)
            .snmp(Snmp::v2c().response(1).ip(kName, address));
    };
    EXPECT_EQ(translate(frame("10.1.0.5", {.no_checksum = true})), frame("172.20.0.5", {.no_checksum = true}).bytes());
    const Bytes wrong = translate(frame("10.1.0.5", {.checksum = uint16_t{0x1234}}));
    EXPECT_NE(wrong, frame("172.20.0.5", {}).bytes());
    EXPECT_EQ(translate(wrong, Side::external), frame("10.1.0.5", {.checksum = uint16_t{0x1234}}).bytes());
}

TEST_F(Translate, SignedStaysAndIsNamedOnlyWhereItMatters) {
    test::V3Fields fields;
    fields.flags = 1;
    const Bytes mapped = snmp_frame(Snmp::v3(fields).response(1).ip(kName, "10.1.0.5")).bytes();
    EXPECT_EQ(translate(mapped, Side::internal), mapped);
    EXPECT_EQ(outcome.reason, Reason::snmp_v3_signed);
    translate(snmp_frame(Snmp::v3(fields).response(1).ip(kName, "8.8.8.8")));
    EXPECT_EQ(outcome.reason, Reason::none) << "nothing in it to translate";
}

TEST_F(Translate, FragmentsStayAndAreNamed) {
    const Bytes fragment = Frame()
                               .eth()
                               .ipv4(kAgent, kManager, {.more_fragments = true})
                               .udp(161, 40000)
                               .snmp(Snmp::v2c().response(1).ip(kName, "10.1.0.5"))
                               .bytes();
    EXPECT_EQ(translate(fragment, Side::internal), fragment);
    EXPECT_EQ(outcome.reason, Reason::snmp_fragment);
}

TEST_F(Translate, WithoutARealmNothingChanges) {
    policy.realms = locate::Realms{};
    const Bytes frame = snmp_frame(Snmp::v2c().response(1).ip(kName, "10.1.0.5")).bytes();
    EXPECT_EQ(translate(frame, Side::internal), frame);
    EXPECT_EQ(outcome.addresses, 0u);
}

// Requirement V2: the packet of RFC 2962's appendix A. Its printed UDP checksum D365 belongs to the message before the
// value was translated; translating that one gives the right one for the packet as printed, 0C66. The name holds the
// same address and keeps it: that is the basic ALG.
TEST_F(Translate, Rfc2962AppendixA) {
    const std::vector<locate::RealmSpec> specs = {{"rfc2962", {}, {{0xC0B40000, 0x87B40000, 16}}}};
    policy.realms = {specs, locate::Headers::translated_beside};
    const Bytes printed = test::joined(
        {test::mac(test::kOutsideMac), test::mac(test::kInsideMac), {0x08, 0x00}, test::rfc2962_appendix_a()});
    const size_t udp_checksum = 14 + 20 + 6, value = printed.size() - 4;
    Bytes before = printed, after = printed;
    before[value] = 0xC0;
    after[udp_checksum] = 0x0C;
    after[udp_checksum + 1] = 0x66;
    EXPECT_EQ(translate(before, Side::internal), after);
    EXPECT_EQ(outcome.addresses, 1u);
    EXPECT_EQ(translate(after, Side::external), before);
}

// Requirement V1: the names of RFC 2962, 4.2, ipAdEntIfIndex.10.1.2.3 and what an advanced ALG makes of it, four octets
// longer. Both are read as they stand, and the basic ALG changes neither: only the value beside them.
TEST_F(Translate, Rfc2962Names) {
    const std::vector<locate::RealmSpec> specs = {{"rfc2962", {}, {{0x0A010203, 0x87B48CCA, 32}}}};
    policy.realms = {specs, locate::Headers::translated_beside};
    const Bytes before = test::hex("06 0D 2B 06 01 02 01 04 14 01 02 0A 01 02 03");
    const Bytes after = test::hex("06 11 2B 06 01 02 01 04 14 01 02 81 07 81 34 81 0C 81 4A");
    const auto frame = [&](const char* value) {
        return snmp_frame(Snmp::v1()
                              .response(1)
                              .raw_varbind(before, test::ber::ip_address(value))
                              .raw_varbind(after, test::ber::ip_address(value)));
    };
    EXPECT_EQ(translate(frame("10.1.2.3")), frame("135.180.140.202").bytes());
    EXPECT_EQ(outcome.addresses, 2u);
    ASSERT_EQ(message->varbind_count, 2);
    EXPECT_EQ(message->varbinds[0].name.size, 13);
    EXPECT_EQ(message->varbinds[1].name.size, 17);
}

// --- nat.headers ---

TEST_F(Translate, HeadersOfUdpTcpAndOthers) {
    set_headers(true);
    const auto udp = [](const char* source) { return Frame().eth().vlan(7).ipv4(source, kManager).udp(5000, 6000); };
    const auto tcp = [](const char* source) { return Frame().eth().ipv4(source, kManager).tcp(5000, 80); };
    const auto other = [](const char* source) { return Frame().eth().ipv4(source, kManager, {.protocol = 47}); };
    EXPECT_EQ(translate(udp(kAgent)), udp(kAgentOutside).bytes());
    EXPECT_EQ(translate(tcp(kAgent)), tcp(kAgentOutside).bytes());
    EXPECT_EQ(translate(other(kAgent)), other(kAgentOutside).bytes());
    EXPECT_EQ(outcome.addresses, 1u);
}

TEST_F(Translate, HeadersAndValuesTogether) {
    set_headers(true);
    const auto frame = [](const char* agent) {
        return snmp_frame(Snmp::v2c().response(1).ip(kName, agent).ip(kName, agent), agent);
    };
    EXPECT_EQ(translate(frame(kAgent)), frame(kAgentOutside).bytes());
    EXPECT_EQ(outcome.addresses, 3u);
    EXPECT_EQ(translate(frame(kAgentOutside).bytes(), Side::external), frame(kAgent).bytes());
}

// An encrypted message cannot be translated; its packet still has to arrive.
TEST_F(Translate, HeadersOfASignedMessage) {
    set_headers(true);
    test::V3Fields fields;
    fields.flags = 1;
    const auto frame = [&](const char* source) {
        return snmp_frame(Snmp::v3(fields).response(1).ip(kName, "10.1.0.5"), source);
    };
    EXPECT_EQ(translate(frame(kAgent)), frame(kAgentOutside).bytes());
    EXPECT_EQ(outcome.reason, Reason::snmp_v3_signed);
}

TEST_F(Translate, FirstFragmentHasTheChecksumLaterOnesHaveNot) {
    set_headers(true);
    // The checksum belongs to the datagram, so the fragment alone cannot tell whether it is right: the way back does.
    const Bytes first =
        Frame().eth().ipv4(kAgent, kManager, {.more_fragments = true}).udp(5000, 6000).payload(Bytes(64, 0xAB)).bytes();
    const Bytes out = translate(first, Side::internal);
    const auto udp_checksum = [](const Bytes& frame) { return frame[14 + 20 + 6] << 8 | frame[14 + 20 + 7]; };
    EXPECT_NE(udp_checksum(out), udp_checksum(first));
    EXPECT_EQ(translate(out, Side::external), first);
    const auto later = [](const char* source) {
        return Frame().eth().ipv4(source, kManager, {.fragment_offset = 1480, .protocol = 17}).payload(Bytes(64, 0xAB));
    };
    EXPECT_EQ(translate(later(kAgent)), later(kAgentOutside).bytes());
}

TEST_F(Translate, ArpSenderAndTarget) {
    set_headers(true);
    const auto arp = [](const char* sender, const char* target) {
        test::Arp fields;
        fields.sender_ip = test::ip(sender);
        fields.target_ip = test::ip(target);
        return Frame().eth().arp(fields);
    };
    EXPECT_EQ(translate(arp(kAgent, kManager)), arp(kAgentOutside, kManager).bytes());
    EXPECT_EQ(translate(arp(kManager, kAgentOutside), Side::external), arp(kManager, kAgent).bytes());
    EXPECT_EQ(translate(arp(kAgent, "10.1.0.1")), arp(kAgentOutside, "172.20.0.1").bytes()) << "the router in the net";
}

// RFC 5508 for errors: addresses, the quoted header's checksum, the quoted transport's, and ICMP's own.
TEST_F(Translate, IcmpErrorsQuoteThePacket) {
    set_headers(true);
    const auto error = [](const char* agent, const char* router, int type) {
        return Frame()
            .eth()
            .ipv4(router, kManager)
            .icmp(static_cast<uint8_t>(type), 1)
            .payload(Frame().ipv4(kManager, agent).udp(40000, 161).payload(Bytes{1, 2, 3, 4}).bytes());
    };
    for (const int type : {3, 4, 11, 12})
        EXPECT_EQ(translate(error(kAgent, "10.1.0.1", type)), error(kAgentOutside, "172.20.0.1", type).bytes()) << type;
    EXPECT_EQ(outcome.addresses, 2u);
}

TEST_F(Translate, IcmpRedirectNamesAGateway) {
    set_headers(true);
    const auto redirect = [](const char* agent, const char* router, uint32_t gateway) {
        return Frame()
            .eth()
            .ipv4(router, agent)
            .icmp(5, 1, gateway)
            .payload(Frame().ipv4(agent, kManager).tcp(40000, 22).bytes());
    };
    EXPECT_EQ(translate(redirect("172.20.0.5", "172.20.0.1", 0xAC1400FE), Side::external),
              redirect("10.1.0.5", "10.1.0.1", 0x0A0100FE).bytes());
    EXPECT_EQ(outcome.addresses, 4u);
}

TEST_F(Translate, IcmpEchoIsNoQuotation) {
    set_headers(true);
    const auto echo = [](const char* source) {
        return Frame()
            .eth()
            .ipv4(source, kManager)
            .icmp(8, 0, 0x00010001)
            .payload(Frame().ipv4(kAgent, kManager).udp(1, 2).bytes());
    };
    EXPECT_EQ(translate(echo(kAgent)), echo(kAgentOutside).bytes());
}

TEST_F(Translate, AMalformedHeaderLeavesAsItCame) {
    set_headers(true);
    const Bytes frame = Frame().eth().ipv4(kAgent, kManager, {.total_length = uint16_t{2000}}).udp(5000, 6000).bytes();
    EXPECT_EQ(translate(frame, Side::internal), frame);
}

// A private address outside tells more than a broken transport, and the fragments of a packet belong together.
TEST_F(Translate, HeadersInFrontOfABrokenTransport) {
    set_headers(true);
    const auto udp = [](const char* source) {
        return Frame().eth().ipv4(source, kManager).udp(5000, 6000, {.length = uint16_t{3}});
    };
    EXPECT_EQ(translate(udp(kAgent)), udp(kAgentOutside).bytes());
    const auto tiny = [](const char* source) {
        return Frame().eth().ipv4(source, kManager, {.more_fragments = true, .protocol = 6}).payload(Bytes(8, 0x11));
    };
    EXPECT_EQ(translate(tiny(kAgent)), tiny(kAgentOutside).bytes());
}

}  // namespace
}  // namespace snmpgate::translate

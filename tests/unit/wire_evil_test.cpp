#include <gtest/gtest.h>

#include "support/decode.hpp"
#include "support/frame_builder.hpp"
#include "support/print.hpp"
#include "wire/arp.hpp"
#include "wire/packet.hpp"

// Inputs on which other systems are known to have failed, by the numbers of the requirements (section 6): what each of
// them is to our decoders. docs/reasons.md says what the Reasons mean.
namespace snmpgate::wire {
namespace {

namespace ber = test::ber;
using test::Bytes;
using test::Decoded;
using test::Frame;
using test::hex;
using test::joined;
using test::reason_of;
using test::Snmp;

Bytes v1(const Bytes& pdu) { return ber::sequence({ber::integer(0), ber::octets("public"), pdu}); }
Bytes v2c(const Bytes& pdu) { return ber::sequence({ber::integer(1), ber::octets("public"), pdu}); }
Bytes response(const Bytes& list) {
    return ber::tlv(0xA2, joined({ber::integer(1), ber::integer(0), ber::integer(0), list}));
}
const Bytes kEnterprise = ber::oid("1.3.6.1.4.1.9");
const Bytes kAgent = ber::ip_address("10.1.2.3");

// CVE-2006-2444: a v1 trap that fails inside its header. Nothing was allocated here that could be freed.
TEST(Evil, E1TrapThatFailsInsideItsHeader) {
    EXPECT_EQ(reason_of(hex("30 0a 02 01 00 04 03 45 43 4c a4 00")), Reason::ber_truncated) << "the public trigger";

    const Decoded before_id{v1(ber::tlv(0xA4, hex("06 20 2b")))};
    EXPECT_EQ(before_id.reason(), Reason::ber_truncated);
    EXPECT_EQ(before_id.message().trap.enterprise, Span{});

    const Decoded after_id{v1(ber::tlv(0xA4, joined({kEnterprise, hex("41 04 0a 01 02 03")})))};
    EXPECT_EQ(after_id.reason(), Reason::snmp_pdu_field);
    EXPECT_EQ(after_id.at(after_id.message().trap.enterprise), ber::oid_content("1.3.6.1.4.1.9"));
    EXPECT_EQ(after_id.message().trap.agent_address, Span{});

    const Decoded after_address{v1(ber::tlv(0xA4, joined({kEnterprise, kAgent, hex("02 00")})))};
    EXPECT_EQ(after_address.reason(), Reason::ber_integer_empty);
    EXPECT_EQ(after_address.at(after_address.message().trap.agent_address), test::ip("10.1.2.3"));
    EXPECT_TRUE(after_address.message().has_header) << "the record can still say v1 and Trap";
    EXPECT_EQ(after_address.message().pdu, 0xA4);
}

// CVE-2008-1673.
TEST(Evil, E2LengthsBeyondTheBufferEmptyOidsIndefinitePrimitives) {
    Bytes longer = Snmp::v2c().get(1).null("1.3.6.1").bytes();
    longer[1] += 1;
    EXPECT_EQ(reason_of(longer), Reason::ber_truncated);
    EXPECT_EQ(reason_of(hex("30 84 ff ff ff ff 02 01 01")), Reason::ber_truncated);
    EXPECT_EQ(reason_of(Snmp::v2c().get(1).raw_varbind(hex("06 00"), ber::null())), Reason::snmp_oid);
    EXPECT_EQ(reason_of(Snmp::v2c().get(1).varbind("1.3.6.1", hex("04 80 61 62 00 00"))), Reason::ber_indefinite);
    EXPECT_EQ(reason_of(hex("30 80 02 01 01 00 00")), Reason::ber_indefinite);
}

// CVE-2019-9162: addresses and versions shorter than their reader believed, at the packet's end.
TEST(Evil, E3ShortAddressAndEmptyVersionAtTheEnd) {
    for (const size_t size : {1u, 2u, 3u, 5u, 16u})
        EXPECT_EQ(reason_of(Snmp::v2c().response(1).varbind("1.3.6.1", ber::tlv(0x40, Bytes(size, 10)))),
                  Reason::snmp_ipaddress_size)
            << size;
    EXPECT_EQ(reason_of(v1(ber::tlv(0xA4, joined({kEnterprise, hex("40 03 0a 01 02"), ber::integer(6), ber::integer(1),
                                                  ber::time_ticks(1), ber::sequence({})})))),
              Reason::snmp_ipaddress_size)
        << "the agent's";
    EXPECT_EQ(reason_of(hex("30 02 02 00")), Reason::ber_integer_empty);
}

TEST(Evil, E6CommunityThatIsNoText) {
    const std::string_view community{"\xff\xfe\0\x80", 4};
    const Decoded decoded{Snmp::v2c(community).get(1)};
    EXPECT_EQ(decoded.reason(), Reason::none) << "an OCTET STRING holds any octets";
    EXPECT_EQ(decoded.at(decoded.message().community), hex("ff fe 00 80"));
    EXPECT_EQ(reason_of(Snmp::v1("").get(1)), Reason::none);
    EXPECT_EQ(reason_of(Snmp::v2c(std::string(300, 'c')).response(1, 5, 1)), Reason::none) << "E16: offsets hold it";
}

TEST(Evil, E10FewerBytesThanATag) {
    EXPECT_EQ(reason_of(hex("30")), Reason::ber_truncated);
    EXPECT_EQ(reason_of(hex("30 02 02")), Reason::ber_truncated);
}

TEST(Evil, E12SubIdentifiersOfAnyWidth) {
    Bytes wide = hex("06 0c 2b");
    wide.resize(13, 0xFF);
    wide.push_back(0x7F);
    EXPECT_EQ(reason_of(Snmp::v2c().get(1).raw_varbind(wide, ber::null())), Reason::none) << "spans are not shifted";
    wide.back() = 0xFF;
    EXPECT_EQ(reason_of(Snmp::v2c().get(1).raw_varbind(wide, ber::null())), Reason::snmp_oid);
}

TEST(Evil, E14NegativeIntegers) {
    const Decoded decoded{Snmp::v2c().response(-2, -1, INT32_MIN)};
    EXPECT_EQ(decoded.message().request_id, -2);
    EXPECT_EQ(decoded.message().error_status, -1);
    EXPECT_EQ(decoded.message().error_index, INT32_MIN);
}

ArpView arp_of(const Bytes& frame, Reason expected) {
    ArpView view;
    EXPECT_EQ(parse_arp(Extent::whole(frame), 14, frame.size(), view), expected);
    EXPECT_EQ(parse_packet(Extent::whole(frame)).reason, expected);
    return view;
}

// Sizes are looked at before the addresses they place.
TEST(Evil, E15ArpSizesThatAreNotEthernets) {
    const auto with = [](uint8_t hardware, uint8_t protocol) {
        return Frame().eth().arp({.hardware_size = hardware, .protocol_size = protocol}).pad().bytes();
    };
    const ArpView zero = arp_of(with(0, 0), Reason::arp_hardware_size);
    EXPECT_EQ(zero.sender_ip.size, 0) << "nothing is read where nothing is";
    EXPECT_FALSE(zero.is_ipv4());
    arp_of(with(255, 255), Reason::arp_truncated);
    arp_of(with(8, 4), Reason::arp_hardware_size);
    arp_of(with(6, 3), Reason::arp_protocol_size);
}

// gosnmp 9343e6e and its neighbours.
TEST(Evil, E18LengthsOfTheUsmSequence) {
    const auto with_usm = [](const Bytes& parameters) { return reason_of(Snmp::v3({.security = parameters}).get(1)); };
    EXPECT_EQ(with_usm(hex("30 82 ff ff 04 00")), Reason::ber_truncated) << "past the end";
    EXPECT_EQ(with_usm(hex("30 03 04 00")), Reason::ber_truncated) << "past its OCTET STRING, inside the message";
    EXPECT_EQ(with_usm(hex("30 84 00 00")), Reason::ber_truncated) << "length octets missing";
    EXPECT_EQ(with_usm(hex("30 88 ff ff ff ff ff ff ff ff")), Reason::ber_length_octets) << "negative in 8 octets";
    EXPECT_EQ(with_usm(hex("30 ff")), Reason::ber_length_octets);
    EXPECT_EQ(with_usm(hex("30")), Reason::ber_truncated);
}

TEST(Evil, E20IntegersOfAnySize) {
    const auto with_id = [](const Bytes& id) {
        return reason_of(v2c(ber::tlv(0xA0, joined({id, ber::integer(0), ber::integer(0), ber::sequence({})}))));
    };
    EXPECT_EQ(with_id(ber::tlv(2, Bytes(9, 1))), Reason::ber_integer_size);
    EXPECT_EQ(with_id(ber::tlv(2, Bytes(127, 1))), Reason::ber_integer_size);
    EXPECT_EQ(with_id(ber::tlv(2, {})), Reason::ber_integer_empty);
    EXPECT_EQ(with_id(ber::integer(1, 0x02, 8)), Reason::none) << "long, but a number: counted";
}

// What agents in the field send: forwarded as it is, and flagged where it is odd.
TEST(Evil, E24AgentsInTheField) {
    const Bytes header = joined({kEnterprise, kAgent, ber::integer(6), ber::integer(1), ber::time_ticks(1)});
    for (const Bytes& end : {Bytes{}, hex("30")}) {
        const Decoded decoded{v1(ber::tlv(0xA4, joined({header, end})))};
        EXPECT_EQ(decoded.reason(), Reason::none) << "HP 2650: a trap without a list";
        EXPECT_EQ(decoded.message().odd.missing, 1);
        EXPECT_EQ(decoded.message().list().size(), 0u);
    }
    EXPECT_EQ(reason_of(v2c(response(hex("30")))), Reason::ber_truncated) << "no other PDU may";
    EXPECT_EQ(reason_of(v1(ber::tlv(0xA4, joined({header, hex("31")})))), Reason::ber_truncated);

    const Bytes varbind = ber::sequence({ber::oid("1.3.6.1"), ber::null()});
    EXPECT_EQ(reason_of(v2c(response(joined({hex("30 08"), varbind})))), Reason::ber_truncated)
        << "a list shorter than its varbind";
    EXPECT_EQ(reason_of(v2c(response(joined({hex("30 0a"), varbind})))), Reason::ber_truncated) << "or longer";
    const Decoded behind{v2c(response(joined({ber::sequence({varbind}), ber::null()})))};
    EXPECT_EQ(behind.reason(), Reason::none);
    EXPECT_EQ(behind.message().odd.trailing, 1);

    for (const uint8_t tag : std::initializer_list<uint8_t>{0x02, 0x04, 0x06, 0x40, 0x41, 0x43, 0x46})
        EXPECT_EQ(reason_of(Snmp::v2c().response(1).varbind("1.3.6.1", ber::tlv(tag, {}))), Reason::none)
            << "no octets instead of NULL, tag " << int{tag};

    const Decoded in_v3{Snmp::v3().trap_v1().ip("1.3.6.1", "10.1.2.3")};
    EXPECT_EQ(in_v3.reason(), Reason::none) << "CyberPower: a v1 trap in v3";
    EXPECT_EQ(in_v3.at(in_v3.message().trap.agent_address), test::ip("10.1.2.3"));
    EXPECT_EQ(in_v3.message().list().size(), 1u);
}

TEST(Evil, E25ArpOfEveryKind) {
    for (const uint16_t opcode : std::initializer_list<uint16_t>{0, 8, 9, 65535})
        arp_of(Frame().eth().arp({.opcode = opcode}).pad().bytes(), Reason::none);
    arp_of(Frame().eth().arp({.sender_mac = Bytes(6)}).pad().bytes(), Reason::none);
    arp_of(Frame().eth().arp({.sender_mac = Bytes(6, 0xFF)}).pad().bytes(), Reason::none);
    arp_of(Frame().eth().arp({.sender_ip = Bytes(4)}).pad().bytes(), Reason::none);
    arp_of(Frame().eth().arp().pad(1500, 0xFF).bytes(), Reason::none);
    arp_of(Frame().eth().arp({.hardware_type = 6, .hardware_size = 0, .protocol_size = 0}).pad().bytes(),
           Reason::arp_protocol_size);
    arp_of(Frame().eth().arp({.protocol_type = 0x86DD, .hardware_size = 6, .protocol_size = 255}).pad().bytes(),
           Reason::arp_truncated);
}

}  // namespace
}  // namespace snmpgate::wire

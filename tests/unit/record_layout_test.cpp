#include <gtest/gtest.h>

#include "record/compose.hpp"
#include "support/decode.hpp"
#include "support/frame_builder.hpp"
#include "support/print.hpp"

// The 64 bytes of a record, field by field, as docs/record.md has them.
namespace snmpgate::record {
namespace {

using test::Bytes;
using test::Frame;
using test::hex;
using test::Snmp;

Bytes bytes_of(const Record& record) {
    const auto raw = std::bit_cast<std::array<uint8_t, sizeof(Record)>>(record);
    return {raw.begin(), raw.end()};
}

// The record of `frame`, whose SNMP message (if it carries one) is decoded as on the path.
Bytes record_of(const Bytes& frame, const Outcome& outcome, uint32_t cut_off = 0) {
    const auto captured = static_cast<uint32_t>(frame.size());
    const wire::Extent extent{frame, captured, captured + cut_off};
    const wire::Packet packet = wire::parse_packet(extent);
    const auto message = std::make_unique<wire::snmp::Message>();
    bool has_header = false;
    if (packet.payload.size != 0) {
        static_cast<void>(wire::snmp::decode(frame, packet.payload, *message));  // its Reason is in the outcome
        has_header = message->has_header;
    }
    Record record;
    record.time = 0x11;
    record.number = 0x22;
    compose(extent, packet, has_header ? message.get() : nullptr, outcome, record);
    return bytes_of(record);
}
Bytes record_of(const Frame& frame, const Outcome& outcome) { return record_of(frame.bytes(), outcome); }
Bytes part(const Bytes& record, size_t first, size_t last) {
    return {record.begin() + static_cast<long>(first), record.begin() + static_cast<long>(last) + 1};
}

constexpr auto kV2c = Outcome{.protocol = wire::Protocol::snmp_v2c};
Frame inside_to_outside() { return Frame().eth().ipv4("10.1.2.3", "198.51.100.9"); }

TEST(RecordLayout, ArpInAVlan) {
    const Bytes frame = Frame().eth(test::kBroadcastMac).vlan(10).arp({.opcode = 2}).pad(64).bytes();
    EXPECT_EQ(test::to_hex(record_of(frame, {.action = Action::discard,
                                             .flags = Record::kMonitor | Record::kFromInternal,
                                             .reason = Reason::blocked_mac,
                                             .rule = 0x0A0B,
                                             .realm = 3,
                                             .facts = 0x5A43,
                                             .protocol = wire::Protocol::arp})),
              test::to_hex(hex("11 22 08 08"        // 0..3 time, number, 64 bytes in eights, captured
                               "ffffffffffff"       // 4 destination
                               "020000000001"       // 10 source
                               "0806"               // 16 type
                               "0001 0800 06 04"    // 18 hardware and protocol: types, sizes
                               "0002"               // 24 opcode
                               "020000000001"       // 26 sender
                               "0a010203"           // 32
                               "000000000000"       // 36 target
                               "0a010001"           // 42
                               "5a43"               // 46 facts
                               "01"                 // 48 protocol: ARP
                               "0e"                 // 49 verdict: discard, monitor, entered by the internal port
                               "0082"               // 50 reason 130
                               "00 00 00000000 00"  // 52 PDU, error-status, request-id, varbinds
                               "00"                 // 59 translated
                               "300a"               // 60 realm 3, VLAN 10
                               "0a0b")));           // 62 rule
}

TEST(RecordLayout, SnmpResponse) {
    const Bytes frame = inside_to_outside()
                            .udp(161, 40000)
                            .snmp(Snmp::v2c().response(0x01020304, 5, 1).ip("1.3.6.1", "10.1.2.3").null("1.3.6.2"))
                            .bytes();
    ASSERT_EQ(frame.size(), 93u);
    EXPECT_EQ(test::to_hex(record_of(frame, {.action = Action::translate,
                                             .flags = Record::kFromInternal,
                                             .realm = 15,
                                             .translated = 1,
                                             .facts = 0x0004,
                                             .protocol = wire::Protocol::snmp_v2c})),
              test::to_hex(hex("11 22 0c 0c"        // 93 bytes are 12 eights
                               "020000000002"       //
                               "020000000001"       //
                               "814c"               // SNMP, though the EtherType is IPv4's
                               "0001 0800 06 04"    //
                               "0002"               // a response
                               "020000000001"       // the Ethernet source
                               "0a010203"           // the IPv4 source
                               "020000000002"       //
                               "c6336409"           //
                               "0004 03 09 0000"    // facts, SNMPv2c, translated + from internal, no reason
                               "a2 05 01020304 02"  // PDU, error-status, request-id, varbinds
                               "01 f000 0000")));   // translated, realm 15 untagged, no rule
}

TEST(RecordLayout, OpcodeSaysWhoAnswers) {
    const auto opcode = [](uint8_t tag) {
        return part(record_of(inside_to_outside().udp(161, 1).snmp(Snmp::v2c().pdu(tag, 1)), kV2c), 24, 25);
    };
    for (const uint8_t request : std::initializer_list<uint8_t>{0xA0, 0xA1, 0xA3, 0xA5, 0xA6, 0xA7})
        EXPECT_EQ(opcode(request), hex("0001")) << int{request};
    EXPECT_EQ(opcode(0xA2), hex("0002"));
    EXPECT_EQ(opcode(0xA8), hex("0002")) << "a report answers";
    EXPECT_EQ(part(record_of(inside_to_outside().udp(162, 1).snmp(Snmp::v1().trap_v1()), kV2c), 24, 25), hex("0001"));
}

TEST(RecordLayout, ErrorStatusSaturatesAndIsNotAGetBulks) {
    const auto error_status = [](const Snmp& message) {
        return record_of(inside_to_outside().udp(161, 1).snmp(message), kV2c)[53];
    };
    EXPECT_EQ(error_status(Snmp::v2c().response(1, 255)), 255);
    EXPECT_EQ(error_status(Snmp::v2c().response(1, 256)), 255);
    EXPECT_EQ(error_status(Snmp::v2c().response(1, -1)), 255) << "nothing a status can be: the most there is";
    EXPECT_EQ(error_status(Snmp::v2c().response(1, int64_t{1} << 32)), 255) << "not its low bits";
    EXPECT_EQ(error_status(Snmp::v2c().get_bulk(1, 7, 10)), 0) << "non-repeaters are no status";
}

TEST(RecordLayout, VarbindsAndTranslatedSaturate) {
    Snmp many = Snmp::v2c().response(1);
    for (int i = 0; i < 300; ++i) many.null("1.3");
    Outcome outcome = kV2c;
    outcome.translated = 256;
    const Bytes record = record_of(inside_to_outside().udp(161, 1).snmp(many), outcome);
    EXPECT_EQ(record[58], 255);
    EXPECT_EQ(record[59], 255);
}

TEST(RecordLayout, EncryptedV3TellsItsMessageId) {
    const Bytes record = record_of(
        inside_to_outside().udp(161, 1).snmp(Snmp::v3({.message_id = 0x0A0B0C0D, .flags = 7, .encrypted = Bytes(40)})),
        {.protocol = wire::Protocol::snmp_v3});
    EXPECT_EQ(part(record, 52, 58), hex("00 00 0a0b0c0d 00"));
    EXPECT_EQ(part(record, 24, 25), hex("0000")) << "whether it asks or answers is not seen";
}

TEST(RecordLayout, Ipv6KeepsTheLastFourBytes) {
    const Bytes record = record_of(Frame().eth().ipv6("2001:db8::a01:203", "2001:db8::c633:6409").tcp(80, 5000), {});
    EXPECT_EQ(part(record, 16, 25), hex("86dd 0001 86dd 06 04 0000"));
    EXPECT_EQ(part(record, 32, 35), hex("0a010203"));
    EXPECT_EQ(part(record, 42, 45), hex("c6336409"));
}

TEST(RecordLayout, OtherTraffic) {
    const Bytes lldp = record_of(Frame().eth().payload(Bytes(40), 0x88CC).bytes(), {});
    EXPECT_EQ(part(lldp, 16, 25), hex("88cc 0001 0800 06 04 0000"));
    EXPECT_EQ(part(lldp, 26, 45), hex("020000000001 00000000 020000000002 00000000"));
    const Bytes bpdu = record_of(Frame().eth().llc().payload(Bytes(35)).bytes(), {.protocol = wire::Protocol::stp});
    EXPECT_EQ(part(bpdu, 16, 17), hex("0026")) << "the 802.3 length, as it stands";
    EXPECT_EQ(bpdu[48], 6);
}

TEST(RecordLayout, LengthsAreInEightsRoundedUpAndSaturate) {
    const auto lengths = [](size_t size, uint32_t cut_off = 0) {
        return part(record_of(Frame().eth().payload(Bytes(size - 14)).bytes(), {}, cut_off), 2, 3);
    };
    EXPECT_EQ(lengths(64), hex("08 08"));
    EXPECT_EQ(lengths(65), hex("09 09"));
    EXPECT_EQ(lengths(1514), hex("be be"));
    EXPECT_EQ(lengths(2040), hex("ff ff"));
    EXPECT_EQ(lengths(9000), hex("ff ff"));
    EXPECT_EQ(lengths(96, 1418), hex("be 0c")) << "1514 on the wire, 96 captured";
}

TEST(RecordLayout, ArpAddressesOfOtherSizesAreClippedOrPadded) {
    const Bytes atm = record_of(Frame().eth().arp({.sender_mac = hex("0102030405060708"),
                                                   .sender_ip = hex("0a01"),
                                                   .target_mac = hex("1112131415161718"),
                                                   .target_ip = hex("0a02"),
                                                   .hardware_type = 19}),
                                {.protocol = wire::Protocol::arp});
    EXPECT_EQ(part(atm, 18, 25), hex("0013 0800 08 02 0001"));
    EXPECT_EQ(part(atm, 26, 45), hex("010203040506 0a010000 111213141516 0a020000"));
}

TEST(RecordLayout, AFrameThatEndsEarlyHasZeroesThere) {
    Bytes frame = Frame().eth().arp().bytes();
    frame.resize(30);
    const Bytes record = record_of(frame, {.reason = Reason::arp_truncated, .protocol = wire::Protocol::arp});
    EXPECT_EQ(part(record, 18, 25), hex("0001 0800 06 04 0001"));
    EXPECT_EQ(part(record, 26, 45), hex("020000000001 00000000 000000000000 00000000"));
    EXPECT_EQ(part(record, 50, 51), hex("0014"));
    EXPECT_EQ(part(record_of(Bytes(10, 0x02), {.reason = Reason::frame_short}), 4, 17),
              hex("020202020202 000000000000 0000"))
        << "a source cut short is not told by halves";
}

}  // namespace
}  // namespace snmpgate::record

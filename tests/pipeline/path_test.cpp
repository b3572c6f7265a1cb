#include "path.hpp"

namespace snmpgate::stages {
namespace {

using test::Frame;
using test::Snmp;

constexpr const char* kName = "1.3.6.1.2.1.4.20.1.1";
constexpr const char* kRealm =
    R"("realms": [{"name": "teaching", "maps": [{"private": "10.1.0.0/16", "public": "172.20.0.0/16"}]}])";

Frame response(const char* address, const char* source = "10.1.0.5") {
    return Frame()
        .eth()
        .vlan(10)
        .ipv4(source, "198.51.100.9")
        .udp(161, 40000)
        .snmp(Snmp::v2c().response(77).ip(kName, address).integer(kName, 5));
}

TEST(Path, WithAnEmptyConfigEveryFrameLeavesAsItCame) {
    Path path;
    const std::vector<Bytes> frames = {Frame().eth().arp().bytes(),
                                       response("10.1.0.5").bytes(),
                                       Bytes(14, 1),
                                       Bytes(3),
                                       Bytes(60, 0xFF),
                                       Frame().eth("01:80:c2:00:00:00").llc().payload(Bytes(35)).bytes()};
    EXPECT_EQ(path.pass(frames, Side::internal), frames);
    EXPECT_EQ(path.pass(frames, Side::external), frames);
}

TEST(Path, AResponseIsTranslatedAndRecordedAsReceived) {
    Path path{"{" + std::string{kRealm} + "}"};
    const Bytes in = response("10.1.0.5").bytes();
    EXPECT_EQ(path.pass({in}, Side::internal), Frames{response("172.20.0.5").bytes()});
    const Record record = path.record();
    EXPECT_EQ(action_of(record), Action::translate);
    EXPECT_EQ(record.translated, 1);
    EXPECT_EQ(record.realm_and_vlan.host(), 1 << 12 | 10);
    EXPECT_EQ(record.type.host(), 0x814C);
    EXPECT_EQ(record.protocol, 3);
    EXPECT_EQ(record.pdu, 0xA2);
    EXPECT_EQ(record.opcode.host(), 2);
    EXPECT_EQ(record.request_id.host(), 77u);
    EXPECT_EQ(record.varbinds, 2);
    EXPECT_EQ(record.sender_ip, wire::Ipv4{0x0A010005});
    EXPECT_EQ(record.length, (in.size() + 7) / 8);
    EXPECT_EQ(record.verdict & (Record::kMonitor | Record::kFromInternal), Record::kMonitor | Record::kFromInternal);
}

TEST(Path, HeaderModeRecordsTheAddressesAsReceived) {
    Path path{"{" + std::string{kRealm} + R"(, "nat": {"headers": true}})"};
    EXPECT_EQ(path.pass(response("10.1.0.5")), Frames{response("172.20.0.5", "172.20.0.5").bytes()});
    EXPECT_EQ(path.record().sender_ip, wire::Ipv4{0x0A010005});
}

TEST(Path, PreventDiscardsWhatMonitorOnlyNames) {
    const std::string list = R"("blocklist": {"macs": ["02:00:00:00:00:01"]})";
    Path prevent{R"({"mode": "prevent", )" + list + "}"};
    EXPECT_TRUE(prevent.pass(response("10.1.0.5")).empty());
    const Record stopped = prevent.record();
    EXPECT_EQ(action_of(stopped), Action::discard);
    EXPECT_EQ(reason_of(stopped), Reason::blocked_mac);
    EXPECT_EQ(stopped.verdict & Record::kMonitor, 0);

    Path monitor{R"({"mode": "monitor", )" + list + "}"};
    EXPECT_EQ(monitor.pass(response("10.1.0.5")).size(), 1u);
    const Record named = monitor.record();
    EXPECT_EQ(action_of(named), Action::discard);
    EXPECT_EQ(reason_of(named), Reason::blocked_mac);
    EXPECT_EQ(named.verdict & Record::kMonitor, Record::kMonitor);
}

TEST(Path, MonitorTranslatesWhatItWouldDiscard) {
    Path path{"{" + std::string{kRealm} + R"(, "blocklist": {"prefixes": ["10.1.0.5/32"]}})"};
    EXPECT_EQ(path.pass(response("10.1.0.5")), Frames{response("172.20.0.5").bytes()});
    const Record record = path.record();
    EXPECT_EQ(action_of(record), Action::discard);
    EXPECT_EQ(record.translated, 1);
}

TEST(Path, ABlockedPrefixIsMeantByItsInsideAddress) {
    Path path{R"({"mode": "prevent", "nat": {"headers": true}, "blocklist": {"prefixes": ["10.1.0.5/32"]}, )" +
              std::string{kRealm} + "}"};
    const auto request = [](const char* to) { return Frame().eth().ipv4("198.51.100.9", to).udp(40000, 9); };
    EXPECT_TRUE(path.pass(request("172.20.0.5"), Side::external).empty());
    EXPECT_EQ(path.pass(request("172.20.0.6"), Side::external), Frames{request("10.1.0.6").bytes()});
    test::Arp arp;
    arp.sender_ip = test::ip("10.1.0.5");
    EXPECT_TRUE(path.pass(Frame().eth().arp(arp)).empty()) << "ARP too";
    for (const Record& record : path.records()) EXPECT_EQ(reason_of(record), Reason::blocked_prefix);
}

// Nor does a frame that does not parse get past the list: its addresses are read as far as they are there.
TEST(Path, ABlockedPrefixIsBlockedThoughMalformed) {
    const std::vector<Frame> frames = {
        Frame().eth().ipv4("10.1.0.5", "198.51.100.9", {.total_length = uint16_t{2000}}).udp(1, 2),
        Frame().eth().ipv4("10.1.0.5", "198.51.100.9", {.version_ihl = uint8_t{0x44}}).udp(1, 2),
        Frame().eth().ipv4("10.1.0.5", "198.51.100.9", {.fragment_offset = 65528}).payload(Bytes(40)),
        Frame().eth().ipv4("10.1.0.5", "198.51.100.9").udp(1, 2, {.length = uint16_t{4}}),
        Frame().eth().ipv6("2001:db8::5", "2001:db8::9", {.payload_length = uint16_t{2000}}).udp(1, 2)};
    Path path{R"({"mode": "prevent", "blocklist": {"prefixes": ["10.1.0.5/32", "2001:db8::5/128"]}})"};
    for (const Frame& frame : frames) {
        EXPECT_TRUE(path.pass(frame).empty());
        EXPECT_EQ(reason_of(path.record()), Reason::blocked_prefix);
    }
}

// A refused message's record holds what stood before the place that was refused.
TEST(Path, ARefusedMessageIsRecordedAsFarAsItWasRead) {
    Path path;
    path.pass(Frame()
                  .eth()
                  .ipv4("10.1.0.5", "198.51.100.9")
                  .udp(161, 40000)
                  .snmp(Snmp::v2c().response(4242, 2).null(kName).raw_varbind(Bytes{0x06, 0x00}, test::ber::null())));
    const Record record = path.record();
    EXPECT_EQ(record.protocol, 19);
    EXPECT_EQ(reason_of(record), Reason::snmp_oid);
    EXPECT_EQ(record.pdu, 0xA2);
    EXPECT_EQ(record.opcode.host(), 2);
    EXPECT_EQ(record.request_id.host(), 4242u);
    EXPECT_EQ(record.error_status, 2);
    EXPECT_EQ(record.varbinds, 1);
}

TEST(Path, FailuresFollowTheirKeys) {
    const Frame broken = Frame().eth().ipv4("10.1.0.5", "198.51.100.9").udp(161, 40000).snmp(Bytes{0x30, 0x05, 0x02});
    Path open{R"({"mode": "prevent"})"};
    EXPECT_EQ(open.pass(broken), Frames{broken.bytes()});
    const Record passed = open.record();
    EXPECT_EQ(action_of(passed), Action::forward);
    EXPECT_EQ(reason_of(passed), Reason::ber_truncated);
    EXPECT_EQ(passed.protocol, 19);

    Path closed{R"({"mode": "prevent", "alg": {"unparsable": "discard"}})"};
    EXPECT_TRUE(closed.pass(broken).empty());
    EXPECT_EQ(reason_of(closed.record()), Reason::ber_truncated);

    test::V3Fields fields;
    fields.flags = 1;
    const Frame is_signed = Frame()
                                .eth()
                                .ipv4("10.1.0.5", "198.51.100.9")
                                .udp(161, 40000)
                                .snmp(Snmp::v3(fields).response(1).ip(kName, "10.1.0.5"));
    Path strict{"{" + std::string{kRealm} + R"(, "mode": "prevent", "alg": {"untranslatable": "discard"}})"};
    EXPECT_TRUE(strict.pass(is_signed).empty());
    EXPECT_EQ(reason_of(strict.record()), Reason::snmp_v3_signed);
}

// A burst keeps its order, and one frame's fate does not touch its neighbours'.
TEST(Path, AFullBurstKeepsItsOrder) {
    Path path{R"({"mode": "prevent", "blocklist": {"macs": ["02:00:00:00:00:66"]}, )" + std::string{kRealm} + "}"};
    std::vector<Bytes> in, expected;
    for (size_t i = 0; i < kBurst; ++i) {
        const auto frame = [&](const char* net) {
            return Frame()
                .eth(test::kOutsideMac, i % 5 == 0 ? "02:00:00:00:00:66" : test::kInsideMac)
                .ipv4("10.1.0.5", "198.51.100.9")
                .udp(161, 40000)
                .snmp(Snmp::v1().response(static_cast<int64_t>(i)).ip(kName, net + std::to_string(i)))
                .bytes();
        };
        in.push_back(frame("10.1.0."));
        if (i % 5 != 0) expected.push_back(frame("172.20.0."));
    }
    EXPECT_EQ(path.pass(in, Side::internal), expected);
    EXPECT_EQ(path.records().size(), kBurst);
}

// The same bytes in segments of any size give the same frame and record.
TEST(Path, SegmentsDoNotMatter) {
    Snmp message = Snmp::v2c().response(1);
    for (int i = 0; i < 200; ++i) message.ip(kName, "10.1.0." + std::to_string(i));
    const Bytes frame = Frame().eth().ipv4("10.1.0.5", "198.51.100.9").udp(161, 40000).snmp(message).bytes();
    const std::string config = "{" + std::string{kRealm} + R"(, "nat": {"headers": true}})";
    Path whole{config};
    const std::vector<Bytes> expected = whole.pass({frame}, Side::internal, 65535);
    const Record record = whole.record();
    EXPECT_EQ(record.translated, 201);
    for (const size_t size : {7u, 60u, 333u, 1500u}) {
        Path path{config};
        EXPECT_EQ(path.pass({frame}, Side::internal, size), expected) << size;
        EXPECT_EQ(path.record(), record) << size;
    }
}

// A capture's cut frames pass and are recorded, and nothing in them is changed, wherever they end.
TEST(Path, CutFramesAreNeverTranslated) {
    for (const Frame& built :
         {response("10.1.0.5"), Frame().eth().ipv4("10.1.0.5", "198.51.100.9").tcp(22, 40000),
          Frame()
              .eth()
              .ipv4("10.1.0.5", "198.51.100.9")
              .icmp(3, 1)
              .payload(Frame().ipv4("198.51.100.9", "10.1.0.5").udp(1, 2).payload(Bytes(40)).bytes())}) {
        const Bytes whole = built.bytes();
        Path path{"{" + std::string{kRealm} + R"(, "nat": {"headers": true}})"};
        path.cut_from(static_cast<uint32_t>(whole.size()));
        for (size_t size = 1; size < whole.size(); ++size) {
            const Frames cut = {Bytes(whole.begin(), whole.begin() + static_cast<long>(size))};
            ASSERT_EQ(path.pass(cut, Side::internal), cut) << size;
        }
    }
}

// With no free block for its record a frame passes all the same; the loss is counted, and the gap proves it.
TEST(Path, RecordsAreLostNotFrames) {
    Path path;
    std::vector<Bytes> burst(kBurst, Frame().eth().arp().bytes());
    for (int i = 0; i < 40; ++i) EXPECT_EQ(path.pass(burst, Side::internal).size(), kBurst);
    const uint64_t wanted = path.counters().records_wanted.get(), lost = path.counters().records_lost.get();
    EXPECT_EQ(wanted, 40u * kBurst);
    EXPECT_EQ(lost, wanted - 4 * record::kBlockRecords);
    EXPECT_EQ(path.records().size(), wanted - lost);
    path.pass(burst, Side::internal);
    EXPECT_EQ(path.records().size(), kBurst) << "recording goes on once there is room";
}

TEST(Path, OtherProtocolsAreRecordedOnRequest) {
    const Frame dns = Frame().eth().ipv4("10.1.0.5", "198.51.100.9").udp(40000, 53);
    Path silent;
    silent.pass(dns);
    EXPECT_TRUE(silent.records().empty());
    Path also{R"({"records": {"also": ["dns"]}})"};
    also.pass(dns);
    EXPECT_EQ(also.record().protocol, 15);
    EXPECT_EQ(also.counters().sides[index(Side::internal)].protocols[0][15].get(), 1u);
}

}  // namespace
}  // namespace snmpgate::stages

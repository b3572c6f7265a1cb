#include "alerts/eve.hpp"

#include <random>
#include <sstream>

#include "alerts_fixture.hpp"

namespace snmpgate::app {
namespace {

using nlohmann::json;

struct Eve : Folder {
    std::ostringstream said;
    [[nodiscard]] std::vector<json> lines() const { return lines_of(file); }

    // The line of one record.
    json line(const record::Record& record, std::vector<std::string> realms = {}) {
        EveLog log{file, EveLog::Existing::replace, std::move(realms), {}, said};
        log.write(*block(kStart, {record}));
        return lines().at(0);
    }
};

record::Record snmp(wire::Protocol protocol, uint8_t pdu) {
    record::Record record = discard(5);
    record.protocol = static_cast<uint8_t>(protocol);
    record.pdu = pdu;
    record.request_id = wire::be32{0xFFFFFFFE};
    record.varbinds = 3;
    return record;
}

record::Record arp() {
    record::Record record = discard(5);
    record.protocol = static_cast<uint8_t>(wire::Protocol::arp);
    record.hardware_type = wire::be16{1};
    record.protocol_type = wire::be16{0x0800};
    record.hardware_size = 6;
    record.protocol_size = 4;
    record.opcode = wire::be16{2};
    record.sender_mac = {{2, 0, 0, 0, 0, 0xAA}};
    record.target_mac = {{2, 0, 0, 0, 0, 0xBB}};
    return record;
}

TEST_F(Eve, OneLineForEachDiscardedFrameAndNoOther) {
    record::Record passed = discard(6), discarded = discard(5);
    passed.verdict = static_cast<uint8_t>(record::Action::translate);
    discarded.realm_and_vlan = wire::be16{1 << 12 | 10};
    discarded.destination = {{2, 0, 0, 0, 0, 9}};
    discarded.rule = wire::be16{7};
    const auto both = block(kStart + 123'456'789, {passed, discarded});
    both->header.base_number = wire::be64{40};
    both->header.worker = wire::be16{3};
    EveLog log{file, EveLog::Existing::replace, {"teaching"}, {}, said};
    log.write(*both);
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0], json::parse(R"({
        "timestamp": "2023-11-14T22:13:20.124456+0000", "event_type": "alert", "in_iface": "internal", "vlan": [10],
        "src_ip": "10.1.0.5", "dest_ip": "198.51.100.9", "app_proto": "icmp",
        "ether": {"src_mac": "02:00:00:00:00:05", "dest_mac": "02:00:00:00:00:09"},
        "alert": {"action": "blocked", "gid": 1, "signature_id": 130, "rev": 1, "signature": "blocked_mac",
                  "severity": 2},
        "snmpgate": {"worker": 3, "number": 41, "realm": "teaching", "rule": 7}})"));
}

TEST_F(Eve, MonitorModeAllows) {
    record::Record record = discard(5);
    record.verdict |= record::Record::kMonitor;
    EXPECT_EQ(line(record)["alert"]["action"], "allowed");
}

TEST_F(Eve, OfAnIpv6FrameNoAddressIsTold) {
    record::Record record = discard(5);
    record.protocol_type = wire::be16{0x86DD};
    EXPECT_FALSE(line(record).contains("src_ip"));
}

TEST_F(Eve, SnmpHasItsDetail) {
    const json v2c = line(snmp(wire::Protocol::snmp_v2c, 0xA5));
    EXPECT_EQ(v2c["snmp"], json::parse(R"({"version": 2, "pdu_type": "get_bulk_request"})"));
    EXPECT_EQ(v2c["snmpgate"]["request_id"], -2);
    EXPECT_EQ(v2c["snmpgate"]["varbinds"], 3);
    EXPECT_FALSE(v2c["snmpgate"].contains("error_status"));
    record::Record response = snmp(wire::Protocol::snmp_v1, 0xA2);
    response.error_status = 2;
    EXPECT_EQ(line(response)["snmp"], json::parse(R"({"version": 1, "pdu_type": "response"})"));
    EXPECT_EQ(line(response)["snmpgate"]["error_status"], 2);
}

TEST_F(Eve, OfSnmpThatIsEncryptedOrDoesNotParseOnlyWhatWasRead) {
    EXPECT_EQ(line(snmp(wire::Protocol::snmp_v3, 0))["snmp"],
              json::parse(R"({"version": 3, "pdu_type": "encrypted"})"));
    EXPECT_EQ(line(snmp(wire::Protocol::snmp_unparsed, 0xA0))["snmp"], json::parse(R"({"pdu_type": "get_request"})"));
    EXPECT_FALSE(line(snmp(wire::Protocol::snmp_unparsed, 0)).contains("snmp"));
}

TEST_F(Eve, ArpHasItsDetail) {
    EXPECT_EQ(line(arp())["arp"], json::parse(R"({
        "hw_type": "ethernet", "proto_type": "ipv4", "opcode": "reply", "src_mac": "02:00:00:00:00:aa",
        "src_ip": "10.1.0.5", "dest_mac": "02:00:00:00:00:bb", "dest_ip": "198.51.100.9"})"));
    EXPECT_FALSE(line(discard(5)).contains("arp"));
}

TEST_F(Eve, OfOddArpOnlyWhatIsThere) {
    record::Record odd = arp();
    odd.hardware_type = wire::be16{6};
    odd.hardware_size = 8;
    odd.opcode = wire::be16{25};
    EXPECT_EQ(line(odd)["arp"], json::parse(R"({"proto_type": "ipv4", "opcode": "unknown", "src_ip": "10.1.0.5",
                                                "dest_ip": "198.51.100.9"})"));
    record::Record cut = arp();
    cut.reason = wire::be16{static_cast<uint16_t>(Reason::arp_truncated)};
    EXPECT_EQ(line(cut)["arp"], json::parse(R"({"hw_type": "ethernet", "proto_type": "ipv4", "opcode": "reply"})"));
}

TEST_F(Eve, BeyondTheLimitASummaryStands) {
    record::Record record = snmp(wire::Protocol::snmp_v2c, 0xA3);
    record.realm_and_vlan = wire::be16{1 << 12 | 10};
    record.verdict |= record::Record::kMonitor;
    EveLog log{file, EveLog::Existing::replace, {"teaching"}, {2, 60}, said};
    log.write(*block(kStart, {record, record, record, record, record}));
    EXPECT_EQ(lines().size(), 2u);
    log.tick(kStart + 59 * kSecond);
    EXPECT_EQ(lines().size(), 2u);
    log.tick(kStart + 60 * kSecond);
    ASSERT_EQ(lines().size(), 3u);
    EXPECT_EQ(lines()[2], json::parse(R"({
        "timestamp": "2023-11-14T22:13:20.004000+0000", "event_type": "alert", "in_iface": "internal", "vlan": [10],
        "src_ip": "10.1.0.5", "ether": {"src_mac": "02:00:00:00:00:05"},
        "alert": {"action": "allowed", "gid": 1, "signature_id": 130, "rev": 1, "signature": "blocked_mac",
                  "severity": 2},
        "snmpgate": {"suppressed": 3, "first": "2023-11-14T22:13:20.002000+0000",
                     "last": "2023-11-14T22:13:20.004000+0000", "sources": "one", "realm": "teaching"}})"));
    EXPECT_EQ(log.counters().written, 2u);
    EXPECT_EQ(log.counters().suppressed, 3u);
    EXPECT_EQ(log.counters().summaries, 1u);
}

TEST_F(Eve, TheSummaryOfManySourcesNamesNone) {
    EveLog log{file, EveLog::Existing::replace, {}, {1, 60}, said};
    for (uint32_t i = 0; i < 2000; ++i) log.write(*block(kStart, {discard(i)}));
    EXPECT_TRUE(log.close());
    const json summary = lines().back();
    EXPECT_EQ(summary["snmpgate"]["suppressed"], 2000 - 1024);
    EXPECT_EQ(summary["snmpgate"]["sources"], "others");
    for (const char* name : {"src_ip", "ether", "in_iface", "vlan"}) EXPECT_FALSE(summary.contains(name)) << name;
    EXPECT_EQ(summary["alert"]["signature"], "blocked_mac");
}

// A replay has no clock but its blocks.
TEST_F(Eve, ABlockWithoutAlertsEndsWindowsToo) {
    record::Record passed = discard(6);
    passed.verdict = static_cast<uint8_t>(record::Action::forward);
    EveLog log{file, EveLog::Existing::replace, {}, {1, 60}, said};
    log.write(*block(kStart, {discard(5), discard(5)}));
    log.write(*block(kStart + 60 * kSecond, {passed}));
    EXPECT_EQ(lines().size(), 2u);
    EXPECT_EQ(lines().back()["snmpgate"]["suppressed"], 1);
}

TEST_F(Eve, TheEndWritesWhatIsDueAndOnce) {
    {
        EveLog log{file, EveLog::Existing::replace, {}, {1, 60}, said};
        log.write(*block(kStart, {discard(5), discard(5), discard(6), discard(6)}));
        EXPECT_TRUE(log.close());
        EXPECT_EQ(log.counters().summaries, 2u);
    }
    EXPECT_EQ(lines().size(), 4u);
}

TEST_F(Eve, ANewPolicyBringsItsRealmsAndLimit) {
    record::Record record = discard(5);
    record.realm_and_vlan = wire::be16{1 << 12};
    EveLog log{file, EveLog::Existing::replace, {"teaching"}, {0, 60}, said};
    log.write(*block(kStart, {record}));
    log.adopt({"physics"}, {1, 60});
    log.write(*block(kStart, {record, record}));
    ASSERT_EQ(lines().size(), 2u);
    EXPECT_EQ(lines()[0]["snmpgate"]["realm"], "teaching");
    EXPECT_EQ(lines()[1]["snmpgate"]["realm"], "physics");
}

TEST_F(Eve, AppendKeepsWhatIsThereReplaceDoesNot) {
    for (const size_t expected : {1, 2}) {
        EveLog log{file, EveLog::Existing::append, {}, {}, said};
        log.write(*block(kStart, {discard(5)}));
        EXPECT_EQ(lines().size(), expected);
    }
    const EveLog log{file, EveLog::Existing::replace, {}, {}, said};
    EXPECT_EQ(lines().size(), 0u);
}

// A disk that is full, in the middle of a line, and has room again.
TEST_F(Eve, WhatADiskRefusesIsCountedAndNoLineIsLeftHalf) {
    EveLog log{file, EveLog::Existing::replace, {}, {}, said};
    log.write(*block(kStart, {discard(5)}));
    {
        const FullDisk full{std::filesystem::file_size(file) + 20};
        log.write(*block(kStart, {discard(5)}));
        log.write(*block(kStart + kSecond, {discard(5)}));
    }
    EXPECT_EQ(log.counters().lost, 2u);
    EXPECT_EQ(lines().size(), 1u) << "whole lines only";
    EXPECT_EQ(said.str(),
              "snmpgate: alerts: write " + file.string() + ": File too large; 1 alerts lost so far; make room there\n");
    log.write(*block(kStart, {discard(5)}));
    EXPECT_EQ(log.counters().written, 2u);
    EXPECT_EQ(lines().size(), 2u);
}

TEST_F(Eve, AFailureIsSaidAgainAfterAMinute) {
    EveLog log{"/dev/full", EveLog::Existing::append, {}, {}, said};
    for (const uint64_t at : {0, 59, 60, 61}) log.write(*block(kStart + at * kSecond, {discard(5)}));
    EXPECT_EQ(log.counters().lost, 4u);
    EXPECT_EQ(said.str(),
              "snmpgate: alerts: write /dev/full: No space left on device; 1 alerts lost so far; make room there\n"
              "snmpgate: alerts: write /dev/full: No space left on device; 3 alerts lost so far; make room there\n");
}

TEST_F(Eve, ASummaryThatCouldNotBeWrittenIsTriedAgain) {
    EveLog log{file, EveLog::Existing::replace, {}, {1, 60}, said};
    log.write(*block(kStart, {discard(5), discard(5), discard(5)}));
    {
        const FullDisk full{std::filesystem::file_size(file) + 20};
        log.tick(kStart + 60 * kSecond);
        EXPECT_FALSE(log.close());
    }
    EXPECT_EQ(lines().size(), 1u);
    EXPECT_EQ(log.counters().summaries, 0u);
    EXPECT_EQ(log.counters().lost, 0u);
    log.tick(kStart + 120 * kSecond);
    ASSERT_EQ(lines().size(), 2u);
    EXPECT_EQ(lines()[1]["snmpgate"]["suppressed"], 2);
    EXPECT_EQ(log.counters().summaries, 1u);
    EXPECT_TRUE(log.close());
}

// Blocks of some twenty sources over a few minutes, two in three records a discard; how many of them are.
std::vector<std::unique_ptr<record::Block>> traffic(uint64_t& discards) {
    std::mt19937 random{1};
    std::vector<std::unique_ptr<record::Block>> blocks;
    uint64_t time = kStart;
    for (int i = 0; i < 400; ++i) {
        std::vector<record::Record> records;
        for (size_t n = 1 + random() % 255; n > 0; --n) {
            records.push_back(discard(static_cast<uint32_t>(random() % 20),
                                      random() % 2 == 0 ? Reason::blocked_mac : Reason::blocked_prefix));
            if (random() % 3 == 0) records.back().verdict = static_cast<uint8_t>(record::Action::forward);
            discards += (records.back().verdict & 3) == static_cast<uint8_t>(record::Action::discard) ? 1 : 0;
        }
        blocks.push_back(block(time, records));
        time += random() % kSecond;
    }
    return blocks;
}

TEST_F(Eve, TheBooksBalance) {
    uint64_t discards = 0;
    const auto blocks = traffic(discards);
    EveLog log{file, EveLog::Existing::replace, {}, {5, 10}, said};
    for (size_t i = 0; i < blocks.size(); ++i) {
        if (i % 50 == 20) std::filesystem::rename(file, folder / std::to_string(i));
        std::optional<FullDisk> full;
        if (i % 10 == 7) full.emplace(std::filesystem::exists(file) ? std::filesystem::file_size(file) + 300 : 300);
        log.write(*blocks[i]);
    }
    EXPECT_TRUE(log.close());
    const EveLog::Counters& books = log.counters();
    EXPECT_EQ(books.written + books.suppressed + books.lost, discards);
    EXPECT_GT(books.written, 0u);
    EXPECT_GT(books.suppressed, 0u);
    EXPECT_GT(books.lost, 0u);

    uint64_t alerts = 0, summaries = 0, suppressed = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        for (const json& line : lines_of(entry.path())) {
            const bool summary = line["snmpgate"].contains("suppressed");
            ++(summary ? summaries : alerts);
            if (summary) suppressed += line["snmpgate"]["suppressed"].get<uint64_t>();
        }
    }
    EXPECT_EQ(alerts, books.written);
    EXPECT_EQ(summaries, books.summaries);
    EXPECT_EQ(suppressed, books.suppressed) << "each is in one summary";
}

TEST_F(Eve, TheBooksBalanceWhereNothingCanBeWritten) {
    uint64_t discards = 0;
    const auto blocks = traffic(discards);
    EveLog log{"/dev/full", EveLog::Existing::append, {}, {5, 10}, said};
    for (const auto& block : blocks) log.write(*block);
    EXPECT_FALSE(log.close());
    EXPECT_EQ(log.counters().written, 0u);
    EXPECT_EQ(log.counters().suppressed + log.counters().lost, discards);
}

TEST_F(Eve, TwoRunsAreBitEqual) {
    std::string first;
    for (const bool second : {false, true}) {
        uint64_t discards = 0;
        const auto blocks = traffic(discards);
        EveLog log{file, EveLog::Existing::replace, {}, {5, 10}, said};
        for (const auto& block : blocks) log.write(*block);
        EXPECT_TRUE(log.close());
        std::ifstream in{file};
        std::string text{std::istreambuf_iterator<char>{in}, {}};
        EXPECT_TRUE(!second || text == first);
        first = std::move(text);
        EXPECT_GT(first.size(), 10'000u);
    }
}

TEST_F(Eve, AFileThatCannotBeIsNamed) {
    try {
        const EveLog log{"/proc/nowhere/eve.json", EveLog::Existing::append, {}, {}};
        FAIL() << "opened";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string{error.what()}.find("alerts.eve.file: /proc/nowhere/eve.json"), std::string::npos);
    }
}

}  // namespace
}  // namespace snmpgate::app

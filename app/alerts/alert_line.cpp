#include "alerts/alert_line.hpp"

#include <array>
#include <cstdio>
#include <ctime>

#include <nlohmann/json.hpp>

#include "reason.hpp"
#include "wire/ethernet.hpp"
#include "wire/pdu_name.hpp"
#include "wire/service.hpp"

namespace snmpgate::app {
namespace {

using Json = nlohmann::ordered_json;
using record::Record;

// ISO 8601 with microseconds, as Suricata writes it; `ns` since 1970.
std::string timestamp(uint64_t ns) {
    const auto seconds = static_cast<std::time_t>(ns / 1'000'000'000);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 64> text{};
    const size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::snprintf(text.data() + size, text.size() - size, ".%06u+0000", static_cast<unsigned>(ns / 1000 % 1'000'000));
    return text.data();
}

std::string text(const wire::Mac& mac) {
    std::array<char, 18> text{};
    const auto& b = mac.bytes;
    std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
    return text.data();
}

std::string text(const wire::Ipv4& address) {
    std::array<char, 16> text{};
    const uint32_t host = address.host();
    std::snprintf(text.data(), text.size(), "%u.%u.%u.%u", host >> 24, host >> 16 & 255, host >> 8 & 255, host & 255);
    return text.data();
}

Reason reason_of(const Record& record) { return static_cast<Reason>(record.reason.host()); }

// Of an IPv6 frame the record holds a quarter of the address: not one to report.
bool has_ipv4(const Record& record) {
    return record.protocol_type.host() != wire::ethertype::kIpv6 && record.sender_ip != wire::Ipv4{};
}

void add_place(Json& line, const Record& record) {
    line["in_iface"] = (record.verdict & Record::kFromInternal) != 0 ? "internal" : "external";
    if (const unsigned vlan = record.realm_and_vlan.host() & 0x0FFF; vlan != 0) line["vlan"] = {vlan};
}

void add_realm(Json& snmpgate, const Record& record, std::span<const std::string> realms) {
    const unsigned realm = record.realm_and_vlan.host() >> 12;
    if (realm != 0 && realm <= realms.size()) snmpgate["realm"] = realms[realm - 1];
}

Json alert_of(const Record& record) {
    const bool allowed = (record.verdict & Record::kMonitor) != 0;
    return {{"action", allowed ? "allowed" : "blocked"}, {"gid", 1},
            {"signature_id", record.reason.host()},      {"rev", 1},
            {"signature", name_of(reason_of(record))},   {"severity", 2}};
}

std::string_view arp_opcode(uint16_t opcode) {
    constexpr std::array<std::string_view, 5> kNames = {
        // RFC 826, RFC 903
        "unknown", "request", "reply", "request_reverse", "reply_reverse"};
    return opcode < kNames.size() ? kNames[opcode] : kNames[0];
}

// Of an ARP that ends early the record holds zeros, not addresses.
Json arp_of(const Record& record) {
    const bool whole = reason_of(record) != Reason::arp_truncated && reason_of(record) != Reason::frame_cut;
    Json arp = Json::object();
    if (record.hardware_type.host() == 1) arp["hw_type"] = "ethernet";
    if (record.protocol_type.host() == wire::ethertype::kIpv4) arp["proto_type"] = "ipv4";
    arp["opcode"] = arp_opcode(record.opcode.host());
    if (whole && record.hardware_size == 6) arp["src_mac"] = text(record.sender_mac);
    if (whole && record.protocol_size == 4) arp["src_ip"] = text(record.sender_ip);
    if (whole && record.hardware_size == 6) arp["dest_mac"] = text(record.target_mac);
    if (whole && record.protocol_size == 4) arp["dest_ip"] = text(record.target_ip);
    return arp;
}

// 1 to 3, 0 where it was not read.
unsigned snmp_version(wire::Protocol protocol) {
    switch (protocol) {
        case wire::Protocol::snmp_v1:
            return 1;
        case wire::Protocol::snmp_v2c:
            return 2;
        case wire::Protocol::snmp_v3:
            return 3;
        default:
            return 0;
    }
}

void add_snmp(Json& line, Json& snmpgate, const Record& record, wire::Protocol protocol) {
    const unsigned version = snmp_version(protocol);
    if (version == 0 && record.pdu == 0) return;
    Json& snmp = line["snmp"];
    if (version != 0) snmp["version"] = version;
    snmp["pdu_type"] = record.pdu == 0 ? "encrypted" : wire::snmp::name_of_pdu(record.pdu);
    snmpgate["request_id"] = static_cast<int32_t>(record.request_id.host());  // signed: RFC 3416, 3
    if (record.error_status != 0) snmpgate["error_status"] = record.error_status;
    snmpgate["varbinds"] = record.varbinds;
}

}  // namespace

uint64_t time_of(const record::BlockHeader& header, const Record& record) {
    return header.base_time.host() + uint64_t{record.time} * header.tick.host();
}

std::string alert_line(const record::BlockHeader& header, const Record& record, std::span<const std::string> realms) {
    const auto protocol = static_cast<wire::Protocol>(record.protocol);
    Json line;
    line["timestamp"] = timestamp(time_of(header, record));
    line["event_type"] = "alert";
    add_place(line, record);
    if (has_ipv4(record)) {
        line["src_ip"] = text(record.sender_ip);
        line["dest_ip"] = text(record.target_ip);
    }
    line["app_proto"] = wire::name_of(protocol);
    line["ether"] = {{"src_mac", text(record.source)}, {"dest_mac", text(record.destination)}};
    line["alert"] = alert_of(record);
    Json snmpgate = {{"worker", header.worker.host()}, {"number", header.base_number.host() + record.number}};
    add_realm(snmpgate, record, realms);
    if (record.rule.host() != 0) snmpgate["rule"] = record.rule.host();
    if (protocol == wire::Protocol::arp) line["arp"] = arp_of(record);
    add_snmp(line, snmpgate, record, protocol);
    line["snmpgate"] = std::move(snmpgate);
    return line.dump() + '\n';
}

std::string summary_line(const Summary& summary, std::span<const std::string> realms) {
    const Record& sample = summary.sample;
    Json line;
    line["timestamp"] = timestamp(summary.last);
    line["event_type"] = "alert";
    Json snmpgate = {{"suppressed", summary.suppressed},
                     {"first", timestamp(summary.first)},
                     {"last", timestamp(summary.last)},
                     {"sources", summary.others ? "others" : "one"}};
    if (!summary.others) {
        add_place(line, sample);
        if (has_ipv4(sample)) line["src_ip"] = text(sample.sender_ip);
        line["ether"] = {{"src_mac", text(sample.source)}};
        add_realm(snmpgate, sample, realms);
    }
    line["alert"] = alert_of(sample);
    line["snmpgate"] = std::move(snmpgate);
    return line.dump() + '\n';
}

}  // namespace snmpgate::app

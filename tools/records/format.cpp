#include "format.hpp"

#include <array>
#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <ctime>

#include <nlohmann/json.hpp>

#include "reason.hpp"
#include "wire/ethernet.hpp"
#include "wire/pdu_name.hpp"
#include "wire/service.hpp"
#include "wire/snmp.hpp"

namespace snmpgate::records {
namespace {

using record::Action;
using record::Record;

[[gnu::format(printf, 1, 2)]] std::string print(const char* format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return text;
}

// Byte by byte, as they lie in the record.
std::string mac(const wire::Mac& address) {
    const auto& b = address.bytes;
    return print("%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
}

std::string dotted(const wire::Ipv4& address) {
    const uint32_t a = address.host();
    return print("%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

// The record keeps 4 bytes, whatever the protocol: of an IPv6 address the last ones.
std::string network_address(const Record& record, const wire::Ipv4& address) {
    const uint32_t a = address.host();
    switch (record.protocol_type.host()) {
        case wire::ethertype::kIpv4:
            return dotted(address);
        case wire::ethertype::kIpv6:
            return print("*:%04x:%04x", a >> 16, a & 0xFFFF);
        default:
            return print("0x%08x", a);
    }
}

// The fields that share a byte or two, taken apart.
struct Parts {
    explicit Parts(const Record& record)
        : facts(record.facts.host()),
          action(static_cast<Action>(record.verdict & 3)),
          realm(static_cast<uint8_t>(record.realm_and_vlan.host() >> 12)),
          vlan(record.realm_and_vlan.host() & 0xFFF),
          monitor((record.verdict & Record::kMonitor) != 0),
          from_internal((record.verdict & Record::kFromInternal) != 0),
          fragment((record.verdict & Record::kFragment) != 0),
          reassembled((record.verdict & Record::kReassembled) != 0) {}

    [[nodiscard]] bool fact(unsigned bit) const { return (facts >> bit & 1) != 0; }
    [[nodiscard]] std::string_view binding() const {
        constexpr std::array<std::string_view, 4> kNames = {"unknown", "match", "new", "conflict"};
        return kNames[facts >> 3 & 3];
    }
    [[nodiscard]] unsigned frames_log2() const { return facts >> 8 & 15; }
    [[nodiscard]] unsigned targets_log2() const { return facts >> 12 & 15; }
    [[nodiscard]] const char* direction() const { return from_internal ? "internal" : "external"; }

    uint16_t facts;
    Action action;
    uint8_t realm;
    uint16_t vlan;
    bool monitor, from_internal, fragment, reassembled;
};

// Bits of the facts by name, as both outputs call them.
constexpr struct {
    unsigned bit;
    const char* name;
} kFactBits[] = {
    {0, "source_listed"}, {1, "destination_listed"}, {2, "solicited"}, {5, "first_of_pair"}, {6, "announcement"}};

std::string arp_text(const Record& record) {
    // IANA's ARP parameters, the ones met in the field: RFC 826, RFC 903, RFC 2390.
    static constexpr std::array<const char*, 10> kOperations = {
        nullptr, "request", "reply", "reverse_request", "reverse_reply",
        nullptr, nullptr,   nullptr, "inverse_request", "inverse_reply"};
    const uint16_t opcode = record.opcode.host();
    const char* name = opcode < kOperations.size() ? kOperations[opcode] : nullptr;
    std::string text = name != nullptr ? print(" %s", name) : print(" opcode %u", opcode);
    if (record.hardware_type.host() != 1 || record.hardware_size != 6 || record.protocol_size != 4)
        text += print(" hardware %u/%u protocol 0x%04x/%u", record.hardware_type.host(), record.hardware_size,
                      record.protocol_type.host(), record.protocol_size);
    return text + print(" sender %s %s target %s %s", mac(record.sender_mac).c_str(),
                        network_address(record, record.sender_ip).c_str(), mac(record.target_mac).c_str(),
                        network_address(record, record.target_ip).c_str());
}

std::string ip_text(const Record& record) {
    if (record.sender_ip.host() == 0 && record.target_ip.host() == 0) return "";
    return print(" %s>%s", network_address(record, record.sender_ip).c_str(),
                 network_address(record, record.target_ip).c_str());
}

// Signed, as RFC 3416, 3 defines request-id.
int32_t request_id(const Record& record) { return static_cast<int32_t>(record.request_id.host()); }

std::string snmp_text(const Record& record) {
    const auto protocol = static_cast<wire::Protocol>(record.protocol);
    const bool decoded = protocol == wire::Protocol::snmp_v1 || protocol == wire::Protocol::snmp_v2c ||
                         protocol == wire::Protocol::snmp_v3;
    if (!decoded && record.pdu == 0) return "";
    const std::string pdu = record.pdu == 0 ? "no_pdu" : std::string(wire::snmp::name_of_pdu(record.pdu));
    return print(" %s request_id %" PRId32 " error_status %u varbinds %u translated %u", pdu.c_str(),
                 request_id(record), record.error_status, record.varbinds, record.translated);
}

std::string facts_text(const Parts& parts) {
    std::string text;
    for (const auto& fact : kFactBits)
        if (parts.fact(fact.bit)) text += print(",%s", fact.name);
    if (parts.binding() != "unknown") text += std::string(",binding_").append(parts.binding());
    if (parts.frames_log2() != 0) text += print(",frames>=%u/s", 1u << parts.frames_log2());
    if (parts.targets_log2() != 0) text += print(",targets>=%u/s", 1u << parts.targets_log2());
    if (!text.empty()) text.replace(0, 1, " facts ");
    return text;
}

std::string length_text(uint8_t eights) { return eights == 255 ? ">2032" : print("<=%u", eights * 8u); }

std::string verdict_text(const Record& record, const Parts& parts) {
    std::string text{' '};
    text += name_of(parts.action);
    if (parts.monitor) text += " monitor";
    if (parts.fragment) text += " fragment";
    if (parts.reassembled) text += " reassembled";
    if (const uint16_t reason = record.reason.host(); reason != 0) {
        const std::string_view name = snmpgate::name_of(static_cast<Reason>(reason));
        text += " reason ";
        text += name == "unknown" ? std::to_string(reason) : std::string(name);
    }
    if (record.rule.host() != 0) text += print(" rule %u", record.rule.host());
    return text;
}

}  // namespace

Entry entry(const record::Block& block, size_t index) {
    const Record& record = block.records.at(index);
    const uint32_t tick = block.header.tick.host();
    return {.worker = block.header.worker.host(),
            .time = block.header.base_time.host() + uint64_t{record.time} * tick,
            .tick = tick,
            .number = block.header.base_number.host() + record.number,
            .record = record};
}

std::string text_line(const Entry& entry) {
    const Record& record = entry.record;
    const Parts parts{record};
    std::string text = utc(entry.time);
    text += print(" worker %u number %" PRIu64 " %s vlan %u realm %u ", entry.worker, entry.number, parts.direction(),
                  parts.vlan, parts.realm);
    text += wire::name_of(static_cast<wire::Protocol>(record.protocol));
    const auto protocol = static_cast<wire::Protocol>(record.protocol);
    if (protocol == wire::Protocol::other) text += print(" type 0x%04x", record.type.host());
    text += print(" %s>%s length %s", mac(record.source).c_str(), mac(record.destination).c_str(),
                  length_text(record.length).c_str());
    if (record.capture_length != record.length) text += " captured " + length_text(record.capture_length);
    text += record.type.host() == wire::ethertype::kArp ? arp_text(record) : ip_text(record) + snmp_text(record);
    return text + verdict_text(record, parts) + facts_text(parts);
}

std::string json_line(const Entry& entry) {
    const Record& record = entry.record;
    const Parts parts{record};
    nlohmann::ordered_json line = {
        {"worker", entry.worker},
        {"number", entry.number},
        {"time_ns", entry.time},
        {"tick_ns", entry.tick},
        {"time", utc(entry.time)},
        {"length", record.length},
        {"capture_length", record.capture_length},
        {"destination", mac(record.destination)},
        {"source", mac(record.source)},
        {"type", record.type.host()},
        {"hardware_type", record.hardware_type.host()},
        {"protocol_type", record.protocol_type.host()},
        {"hardware_size", record.hardware_size},
        {"protocol_size", record.protocol_size},
        {"opcode", record.opcode.host()},
        {"sender_mac", mac(record.sender_mac)},
        {"sender_ip", dotted(record.sender_ip)},
        {"target_mac", mac(record.target_mac)},
        {"target_ip", dotted(record.target_ip)},
        {"facts", parts.facts},
        {"binding", parts.binding()},
        {"frames_log2", parts.frames_log2()},
        {"targets_log2", parts.targets_log2()},
        {"protocol", record.protocol},
        {"protocol_name", wire::name_of(static_cast<wire::Protocol>(record.protocol))},
        {"verdict", record.verdict},
        {"action", name_of(parts.action)},
        {"monitor", parts.monitor},
        {"direction", parts.direction()},
        {"fragment", parts.fragment},
        {"reassembled", parts.reassembled},
        {"reason", record.reason.host()},
        {"reason_name", snmpgate::name_of(static_cast<Reason>(record.reason.host()))},
        {"pdu", record.pdu},
        {"pdu_name", wire::snmp::name_of_pdu(record.pdu)},
        {"error_status", record.error_status},
        {"request_id", request_id(record)},
        {"varbinds", record.varbinds},
        {"translated", record.translated},
        {"realm", parts.realm},
        {"vlan", parts.vlan},
        {"rule", record.rule.host()},
    };
    for (const auto& fact : kFactBits) line[fact.name] = parts.fact(fact.bit);
    return line.dump();
}

std::string utc(uint64_t time) {
    constexpr uint64_t kSecond = 1'000'000'000;
    const auto seconds = static_cast<time_t>(time / kSecond);
    tm calendar{};
    ::gmtime_r(&seconds, &calendar);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &calendar);
    return print("%s.%09" PRIu64 "Z", text, time % kSecond);
}

std::string_view name_of(record::Action action) {
    constexpr std::array<std::string_view, 4> kNames = {"forward", "translate", "discard", "redirect"};
    return kNames[static_cast<size_t>(action)];
}

std::string_view name_of(record::BlockError error) {
    switch (error) {
        case record::BlockError::none:
        case record::BlockError::end:
            return "no error";
        case record::BlockError::truncated:
            return "shorter than its header says";
        case record::BlockError::magic:
            return "no magic \"SG64\"";
        case record::BlockError::version:
            return "a version this program does not know";
        case record::BlockError::count:
            return "a count that is not 1..255";
        case record::BlockError::checksum:
            return "a wrong checksum";
    }
    return "unknown";
}

}  // namespace snmpgate::records

#include "eve.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "reason.hpp"
#include "wire/service.hpp"

namespace snmpgate::app {
namespace {

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

}  // namespace

EveLog::EveLog(const std::filesystem::path& file, Existing existing, std::vector<std::string> realms)
    : realms_(std::move(realms)) {
    std::error_code error;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
    out_.open(file, existing == Existing::append ? std::ios::app : std::ios::trunc);
    if (!out_)
        throw std::runtime_error("alerts.eve.file: " + file.string() +
                                 " cannot be written: " + (error ? error.message() : std::strerror(errno)) +
                                 "; name a file in a folder this user may write");
}

void EveLog::write(const record::Block& block) {
    bool wrote = false;
    for (const record::Record& record : std::span{block.records.data(), block.header.count.host()}) {
        if (static_cast<record::Action>(record.verdict & 3) != record::Action::discard) continue;
        write(block, record);
        wrote = true;
    }
    if (wrote) out_.flush();
}

void EveLog::write(const record::Block& block, const record::Record& record) {
    constexpr uint16_t kIpv6 = 0x86DD;  // of such a frame the record holds half the address: not an address to report
    const auto reason = static_cast<Reason>(record.reason.host());
    const bool allowed = (record.verdict & record::Record::kMonitor) != 0;
    nlohmann::ordered_json line;
    line["timestamp"] = timestamp(block.header.base_time.host() + uint64_t{record.time} * block.header.tick.host());
    line["event_type"] = "alert";
    line["in_iface"] = (record.verdict & record::Record::kFromInternal) != 0 ? "internal" : "external";
    if (const unsigned vlan = record.realm_and_vlan.host() & 0x0FFF; vlan != 0) line["vlan"] = {vlan};
    if (record.protocol_type.host() != kIpv6 && record.sender_ip != wire::Ipv4{}) {
        line["src_ip"] = text(record.sender_ip);
        line["dest_ip"] = text(record.target_ip);
    }
    line["app_proto"] = wire::name_of(static_cast<wire::Protocol>(record.protocol));
    line["ether"] = {{"src_mac", text(record.source)}, {"dest_mac", text(record.destination)}};
    line["alert"] = {{"action", allowed ? "allowed" : "blocked"},
                     {"gid", 1},
                     {"signature_id", record.reason.host()},
                     {"rev", 1},
                     {"signature", name_of(reason)},
                     {"severity", 2}};
    line["snmpgate"] = {{"worker", block.header.worker.host()},
                        {"number", block.header.base_number.host() + record.number}};
    if (const unsigned realm = record.realm_and_vlan.host() >> 12; realm != 0 && realm <= realms_.size())
        line["snmpgate"]["realm"] = realms_[realm - 1];
    out_ << line.dump() << '\n';
}

}  // namespace snmpgate::app

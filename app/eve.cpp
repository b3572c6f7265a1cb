#include "eve.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <span>
#include <stdexcept>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

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
    : path_(file), realms_(std::move(realms)) {
    std::error_code error;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
    const int mode = existing == Existing::append ? O_APPEND : O_APPEND | O_TRUNC;
    file_ = FileDescriptor{::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0640)};
    if (!file_)
        throw std::runtime_error("alerts.eve.file: " + file.string() +
                                 " cannot be written: " + (error ? error.message() : std::strerror(errno)) +
                                 "; name a file in a folder this user may write");
}

void EveLog::write(const record::Block& block) {
    lines_.clear();
    uint64_t alerts = 0;
    for (const record::Record& record : std::span{block.records.data(), block.header.count.host()}) {
        if (static_cast<record::Action>(record.verdict & 3) != record::Action::discard) continue;
        append_line(block, record);
        ++alerts;
    }
    if (alerts == 0) return;
    struct stat before {};
    const bool known = ::fstat(file_.get(), &before) == 0;
    const ssize_t wrote = ::write(file_.get(), lines_.data(), lines_.size());
    if (wrote == static_cast<ssize_t>(lines_.size())) {
        counters_.written += alerts;
        return;
    }
    const int error = wrote < 0 ? errno : ENOSPC;
    if (wrote > 0 && known && ::ftruncate(file_.get(), before.st_size) != 0)
        std::fprintf(stderr, "snmpgate: alerts: %s has a partial line\n", path_.c_str());
    lose(alerts, error, block.header.base_time.host());
}

void EveLog::lose(uint64_t alerts, int error, uint64_t now) {
    constexpr uint64_t kSilence = 60'000'000'000;
    const bool first = counters_.lost == 0;
    counters_.lost += alerts;
    if (!first && now < said_ + kSilence) return;
    said_ = now;
    std::fprintf(stderr, "snmpgate: alerts: write %s: %s; %llu alerts lost so far; make room there\n", path_.c_str(),
                 std::strerror(error), static_cast<unsigned long long>(counters_.lost));
}

void EveLog::append_line(const record::Block& block, const record::Record& record) {
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
    lines_ += line.dump();
    lines_ += '\n';
}

}  // namespace snmpgate::app

#include "alerts/eve.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <stdexcept>
#include <utility>

#include "alerts/alert_line.hpp"

namespace snmpgate::app {

EveLog::EveLog(const std::filesystem::path& file, Existing existing, std::vector<std::string> realms, AlertLimit limit,
               std::ostream& log)
    : file_(file), realms_(std::move(realms)), limiter_(limit), log_(log) {
    if (const int error = file_.open(existing == Existing::replace); error != 0)
        throw std::runtime_error("alerts.eve.file: " + file.string() + " cannot be written: " + std::strerror(error) +
                                 "; name a file in a folder this user may write");
}

void EveLog::write(const record::Block& block) {
    // Blocks without alerts tell the time, too: a replay has no other clock.
    now_ = std::max(now_, block.header.base_time.host());
    limiter_.advance(now_);
    add_due();
    for (const record::Record& record : std::span{block.records.data(), block.header.count.host()}) {
        if (static_cast<record::Action>(record.verdict & 3) != record::Action::discard) continue;
        const bool admitted = limiter_.admit(record, time_of(block.header, record));
        add_due();
        if (!admitted) {
            ++counters_.suppressed;
            continue;
        }
        lines_ += alert_line(block.header, record, realms_);
        ++alerts_;
    }
    flush();
}

void EveLog::tick(uint64_t now) {
    now_ = std::max(now_, now);
    limiter_.advance(now_);
    add_due();
    flush();
}

void EveLog::reopen() {
    if (const int error = file_.open(); error != 0)
        complain("open", error, "alerts go on into the file before; let this user write in that folder");
}

bool EveLog::close() {
    limiter_.end();
    add_due();
    flush();
    return limiter_.windows() == 0;
}

void EveLog::adopt(std::vector<std::string> realms, AlertLimit limit) {
    realms_ = std::move(realms);
    limiter_.set(limit);
}

void EveLog::add_due() {
    for (Summary& summary : limiter_.take_due()) {
        lines_ += summary_line(summary, realms_);
        summaries_.push_back(std::move(summary));
    }
}

void EveLog::flush() {
    if (lines_.empty()) return;
    const LogFile::Result result = file_.append(lines_);
    if (result.written) {
        counters_.written += alerts_;
        counters_.summaries += summaries_.size();
    } else {
        counters_.lost += alerts_;
        for (const Summary& summary : summaries_) limiter_.put_back(summary);
    }
    if (result.open_error != 0) complain("open", result.open_error, "let this user write in that folder");
    if (result.write_error != 0) complain("write", result.write_error, "make room there");
    lines_.clear();
    alerts_ = 0;
    summaries_.clear();
}

void EveLog::complain(std::string_view step, int error, std::string_view cure) {
    constexpr uint64_t kSilence = 60'000'000'000;  // between two messages of one kind
    const auto [said, first] = said_.try_emplace(step, now_);
    if (!first && now_ < said->second + kSilence) return;
    said->second = now_;
    log_ << "snmpgate: alerts: " << step << " " << file_.path().string() << ": " << std::strerror(error) << "; "
         << counters_.lost << " alerts lost so far; " << cure << std::endl;
}

}  // namespace snmpgate::app

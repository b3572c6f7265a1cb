#include "alerts/limiter.hpp"

#include <algorithm>
#include <utility>

namespace snmpgate::app {
namespace {

// `more` joins `summary`, whose sample and source stay unless it stood for nothing yet.
void merge(Summary& summary, const Summary& more) {
    if (summary.suppressed == 0) {
        const bool others = summary.others;
        summary = more;
        summary.others = others;
        return;
    }
    summary.suppressed += more.suppressed;
    summary.first = std::min(summary.first, more.first);
    summary.last = std::max(summary.last, more.last);
}

}  // namespace

bool Limiter::admit(const record::Record& record, uint64_t time) {
    advance(time);
    if (limit_.count == 0) return true;
    Window& window = this->window(key_of(record, false));
    Budget& budget = budget_of(record.reason.host());
    if (is_over(budget.start)) {
        budget.start = now_;
        budget.written = 0;
    }
    if (window.written < limit_.count && budget.written < uint64_t{kReasonLines} * limit_.count) {
        ++window.written;
        ++budget.written;
        return true;
    }
    merge(window.summary, {.sample = record, .suppressed = 1, .first = time, .last = time});
    return false;
}

void Limiter::advance(uint64_t now) {
    now_ = std::max(now_, now);
    while (!opened_.empty() && is_over(opened_.front()->second.start)) end_oldest();
}

void Limiter::end() {
    while (!opened_.empty()) end_oldest();
}

std::vector<Summary> Limiter::take_due() { return std::exchange(due_, {}); }

void Limiter::put_back(const Summary& summary) {
    merge(window(key_of(summary.sample, summary.others)).summary, summary);
}

Limiter::Key Limiter::key_of(const record::Record& record, bool others) {
    const bool monitor = (record.verdict & record::Record::kMonitor) != 0;
    if (others) return {record.reason.host(), monitor, true, 0, 0};
    return {record.reason.host(), monitor, false, record.source.key(), record.sender_ip.host()};
}

// Numbers this version does not know share the last place.
Limiter::Budget& Limiter::budget_of(uint16_t reason) { return budgets_[std::min<size_t>(reason, kReasonNumbers - 1)]; }

Limiter::Window& Limiter::window(const Key& key) {
    if (const auto found = windows_.find(key); found != windows_.end()) return found->second;
    if (!key.others) {
        size_t& sources = budget_of(key.reason).sources;
        if (sources >= kReasonSources || sources_ >= kSources) return window({key.reason, key.monitor, true, 0, 0});
        ++sources;
        ++sources_;
    }
    const auto opened = windows_.try_emplace(key).first;
    opened->second.start = now_;
    opened->second.summary.others = key.others;
    opened_.push_back(opened);
    return opened->second;
}

bool Limiter::is_over(uint64_t start) const { return now_ - start >= uint64_t{limit_.seconds} * 1'000'000'000; }

void Limiter::end_oldest() {
    const auto oldest = opened_.front();
    opened_.pop_front();
    if (!oldest->first.others) {
        --budget_of(oldest->first.reason).sources;
        --sources_;
    }
    if (oldest->second.summary.suppressed != 0) due_.push_back(oldest->second.summary);
    windows_.erase(oldest);
}

}  // namespace snmpgate::app

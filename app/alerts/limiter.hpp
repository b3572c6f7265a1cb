#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "reason.hpp"
#include "record/record.hpp"

namespace snmpgate::app {

// Of the alerts of one reason and source, the first `count` in `seconds` are written. Count 0: all are.
struct AlertLimit {
    unsigned count = 0;
    unsigned seconds = 60;
};

// What stands for the alerts that were not written: of one source, or of those that had no window of their own.
struct Summary {
    record::Record sample;    // the first of them
    uint64_t suppressed = 0;  // how many
    uint64_t first = 0;       // ns since 1970: the earliest of them
    uint64_t last = 0;        // and the latest
    bool others = false;      // of several sources: the sample's is only one of them
};

// Decides which alerts are written. Theory of operation:
//
// The first alert of a reason, action and source (source MAC and sender IP, as received) opens a window. In it the
// first `count` alerts are written, the rest counted; when it ends and some were, one summary is due, and the source's
// next alert opens another. Time is the latest that was told, by an alert or by advance(), and never goes back. All
// windows are of one length, so they end in the order they were opened; nothing depends on a hash or an address in
// memory, and two runs over the same records decide alike.
//
//   count 2, seconds 60; one source, blocked_mac:
//     10:00:00 written  10:00:01 written  10:00:02, :03, :59 suppressed
//     10:01:00 the window ends: summary {3, first 10:00:02, last 10:00:59}; the alert of 10:01:07 opens the next
//
// Sources can be forged, a new one with every frame. Then three bounds hold for a reason, of which none depends on how
// many frames there are:
//
// - at most kReasonSources windows; sources beyond that (or when all reasons have kSources between them) share one more
//   window of their reason and action, "others";
// - at most kReasonLines * count alerts written in `seconds`, whichever windows they are from: the reason's budget;
// - at most one summary a window.
//
// So of a reason's first 1,024 sources each is named, by a line of its own or by its summary.
//
//   count 10, seconds 60; a flood of 14 million forged senders a second, a minute long:
//     1,000 alerts written (the budget), of senders 1..1,000; 1,001..1,024 are suppressed in windows of their own, the
//     other 840 million in "others": 1,000 lines, then 25 summaries; about half a megabyte, whatever the flood's rate
//
// A summary that could not be written comes back with put_back(): its counts join the source's window (or "others"),
// and it is due again when that ends.
//
// Pure: no I/O, no clock. Memory is bounded: about 200 bytes a window, 4,096 + 2 a reason. One thread.
class Limiter {
 public:
    static constexpr size_t kSources = 4096;
    static constexpr size_t kReasonSources = 1024;
    static constexpr unsigned kReasonLines = 100;

    explicit Limiter(AlertLimit limit) : limit_(limit) {}

    // From now on; windows that are open end by the new length.
    void set(AlertLimit limit) { limit_ = limit; }

    // True: to be written. `time`: ns since 1970, of the record, which is one of a discard.
    [[nodiscard]] bool admit(const record::Record& record, uint64_t time);

    void advance(uint64_t now);
    void end();  // all windows, as if their time had come

    // Summaries due since the last call, in the order their windows were opened.
    [[nodiscard]] std::vector<Summary> take_due();
    void put_back(const Summary& summary);

    [[nodiscard]] size_t windows() const { return windows_.size(); }

 private:
    struct Key {
        uint16_t reason;
        bool monitor;
        bool others;   // then MAC and address are 0
        uint64_t mac;  // source, in the low 48 bits
        uint32_t ip;   // sender
        auto operator<=>(const Key&) const = default;
    };
    struct Window {
        uint64_t start = 0;
        uint64_t written = 0;
        Summary summary;
    };
    using Windows = std::map<Key, Window>;
    // What a reason's windows share.
    struct Budget {
        uint64_t start = 0;
        uint64_t written = 0;
        size_t sources = 0;
    };

    [[nodiscard]] static Key key_of(const record::Record& record, bool others);
    [[nodiscard]] Budget& budget_of(uint16_t reason);
    [[nodiscard]] Window& window(const Key& key);  // opens one where there is none, or gives that of the others
    [[nodiscard]] bool is_over(uint64_t start) const;
    void end_oldest();

    AlertLimit limit_;
    uint64_t now_ = 0;
    Windows windows_;
    std::deque<Windows::iterator> opened_;  // the oldest first
    size_t sources_ = 0;                    // windows without "others"
    std::array<Budget, kReasonNumbers> budgets_{};
    std::vector<Summary> due_;
};

}  // namespace snmpgate::app

#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "side.hpp"

// Makes two ports behave as one wire: a cable that is cut is dark at both ends, so the link of a port is taken down
// while the other port has none. An ASA that watches its interfaces then fails over, and a switch sends the traffic
// elsewhere.
//
// Theory of operation. At most one side is lowered by us at a time. The other side, the cause, keeps its link enabled
// and is what we watch: a port that is lowered has no link by our own doing, so nothing can be read from it. When the
// cause is up again the lowered side is raised, and has kSettle to find its link (autonegotiation of 1000BASE-T takes 2
// to 4 s); its silence counts for nothing meanwhile. If it has none after that, it is down by itself, and becomes the
// cause. So two lowered sides, each waiting for the other, cannot be.
//
//    time   external  internal
//     0.0   up        up
//    10.0   down      up         the ASA reloads: internal is lowered
//    12.0   down      lowered    somebody pulls the switch's cable too: nobody can see that
//    60.0   up        raised     the ASA is back; until 65.0 internal may be silent
//    65.0   up        down       still silent: external is lowered, and the ASA learns that there is no switch
//    90.0   lowered   up         the cable is back: external is raised; until 95.0 it may be silent
//    92.0   up        up
//
// A start is like a raise of both sides. A pure state machine: no DPDK, no clock, no I/O.
namespace snmpgate::app {

// What is known of a port's link. unknown: an interface that has left for another network namespace; it counts as up,
// and is not lowered.
enum class Link : uint8_t {
    up,
    down,
    unknown
};

constexpr std::string_view name_of(Link link) {
    return link == Link::up ? "up" : link == Link::down ? "down" : "unknown";
}

class LinkGuard {
 public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds kSettle{5};

    struct Action {
        Side side;
        bool raise;  // or lower
        friend bool operator==(const Action&, const Action&) = default;
    };

    explicit LinkGuard(Time start) : silent_until_{start + kSettle, start + kSettle} {}

    // Looks at both links and says what is to be done now, at most one thing; takes it for done.
    [[nodiscard]] std::optional<Action> look(const std::array<Link, kSides>& links, Time now) {
        for (uint8_t side = 0; side < kSides; ++side)
            if (links[side] == Link::up) silent_until_[side] = now;
        return lowered_ ? raise(links, now) : lower(links, now);
    }

    // The last action could not be done; it is said again at the next look.
    void undo(const Action& action) { lowered_ = action.raise ? std::optional{action.side} : std::nullopt; }

    // This side cannot be lowered at all: never said of it again.
    void forbid(Side side) {
        forbidden_[index(side)] = true;
        if (lowered_ == side) lowered_.reset();
    }

    [[nodiscard]] std::optional<Side> lowered() const { return lowered_; }

 private:
    std::optional<Action> raise(const std::array<Link, kSides>& links, Time now) {
        const Side side = *lowered_;
        if (links[index(opposite(side))] == Link::down) return std::nullopt;
        silent_until_[index(side)] = now + kSettle;
        lowered_.reset();
        return Action{side, true};
    }

    std::optional<Action> lower(const std::array<Link, kSides>& links, Time now) {
        const auto dark = [&](Side side) {
            return links[index(side)] == Link::down && now >= silent_until_[index(side)];
        };
        if (dark(Side::external) == dark(Side::internal)) return std::nullopt;  // both: nobody is left to be told
        const Side side = dark(Side::external) ? Side::internal : Side::external;
        if (links[index(side)] == Link::unknown || forbidden_[index(side)]) return std::nullopt;
        lowered_ = side;
        return Action{side, false};
    }

    std::array<Time, kSides> silent_until_;
    std::optional<Side> lowered_;
    std::array<bool, kSides> forbidden_{};
};

}  // namespace snmpgate::app

#include "stats.hpp"

#include <array>
#include <initializer_list>

namespace snmpgate::app {
namespace {

using Json = nlohmann::ordered_json;
using stages::Books;
using stages::ByReason;
using stages::Count;
using stages::Counters;
using stages::WorkerBooks;
using Sides = std::initializer_list<Side>;

constexpr Sides kBoth = {Side::external, Side::internal};

// The books of some stages, for frames that entered by some sides.
struct View {
    std::vector<const Books*> rx, tx;
    std::vector<const WorkerBooks*> workers;

    View(const Stages& all, Sides sides) {
        for (const Side side : sides) {
            for (const auto* books : all.rx) rx.push_back(&(*books)[index(side)]);
            for (const auto* books : all.tx) tx.push_back(&(*books)[index(side)]);
            for (const Counters* worker : all.workers) workers.push_back(&worker->sides[index(side)]);
        }
    }
};

template <typename List, typename Get>
uint64_t sum(const List& list, Get get) {
    uint64_t total = 0;
    for (const auto* one : list) total += get(*one).get();
    return total;
}

template <typename List, typename Kind>
uint64_t sum(const List& list, Count Kind::*count) {
    return sum(list, [count](const auto& books) -> const Count& { return books.*count; });
}

template <typename List, typename Kind>
uint64_t sum(const List& list, ByReason Kind::*counts, Reason reason) {
    return sum(list, [counts, reason](const auto& books) -> const Count& {
        return (books.*counts)[static_cast<size_t>(reason)];
    });
}

uint64_t discarded(const View& view, Reason reason) {
    return sum(view.rx, &Books::discarded, reason) + sum(view.workers, &WorkerBooks::discarded, reason) +
           sum(view.tx, &Books::discarded, reason);
}
uint64_t would_discard(const View& view, Reason reason) {
    return sum(view.workers, &WorkerBooks::would_discard, reason);
}
uint64_t passed(const View& view, Reason reason) {
    return sum(view.rx, &Books::passed, reason) + sum(view.workers, &WorkerBooks::passed, reason);
}

template <typename Get>
Json by_reason(const View& view, Get get) {
    Json json = Json::object();
    for (const ReasonName& entry : kReasons)
        if (const uint64_t count = get(view, entry.reason); count != 0) json[entry.name] = count;
    return json;
}

int64_t balance(uint64_t came, uint64_t left, const View& view) {
    uint64_t gone = 0;
    for (const ReasonName& entry : kReasons) gone += discarded(view, entry.reason);
    return static_cast<int64_t>(came - left - gone);
}

Json to_json(const View& view, uint64_t came, uint64_t left, uint64_t held) {
    Json json;
    json["received"] = came;
    json["made"] = 0;
    json["sent"] = left;
    json["translated"] = sum(view.workers, &WorkerBooks::translated);
    json["addresses_translated"] = sum(view.workers, &WorkerBooks::addresses);
    json["discarded"] = by_reason(view, discarded);
    json["would_discard"] = by_reason(view, would_discard);
    json["passed"] = by_reason(view, passed);
    json["held"] = 0;
    json["absorbed"] = 0;
    json["in_flight"] = held;
    json["balance"] = balance(came, left, view) - static_cast<int64_t>(held);
    return json;
}

Json to_json(const View& view, uint64_t held = 0) {
    return to_json(view, sum(view.rx, &Books::received), sum(view.tx, &Books::sent), held);
}

Json protocols(const View& view) {
    Json json = Json::object();
    for (size_t realm = 0; realm <= locate::kMaxRealms; ++realm) {
        for (size_t protocol = 0; protocol < wire::kProtocols; ++protocol) {
            const uint64_t count = sum(view.workers, [&](const WorkerBooks& books) -> const Count& {
                return books.protocols[realm][protocol];
            });
            if (count != 0) json[std::to_string(realm)][wire::name_of(static_cast<wire::Protocol>(protocol))] = count;
        }
    }
    return json;
}

Json records(const std::vector<const Counters*>& workers) {
    return {{"wanted", sum(workers, &Counters::records_wanted)}, {"lost", sum(workers, &Counters::records_lost)}};
}

uint64_t in_flight(const Stages& all) {
    uint64_t frames = 0;
    for (const stages::FrameRing* ring : all.rings) frames += ring->size();
    return frames;
}

}  // namespace

void Stages::add(const Stages& more) {
    rx.insert(rx.end(), more.rx.begin(), more.rx.end());
    tx.insert(tx.end(), more.tx.begin(), more.tx.end());
    workers.insert(workers.end(), more.workers.begin(), more.workers.end());
    rings.insert(rings.end(), more.rings.begin(), more.rings.end());
}

uint64_t received(const Stages& all) {
    const View view{all, kBoth};
    return !view.rx.empty()        ? sum(view.rx, &Books::received)
           : !view.workers.empty() ? sum(view.workers, &WorkerBooks::received)
                                   : sum(view.tx, &Books::received);
}

uint64_t sent(const Stages& all) {
    const View view{all, kBoth};
    return !view.tx.empty()        ? sum(view.tx, &Books::sent)
           : !view.workers.empty() ? sum(view.workers, &WorkerBooks::sent)
                                   : sum(view.rx, &Books::sent);
}

uint64_t discarded(const Stages& all) {
    const View view{all, kBoth};
    uint64_t total = 0;
    for (const ReasonName& entry : kReasons) total += discarded(view, entry.reason);
    return total;
}

int64_t balance(const Stages& all) {
    const View view{all, kBoth};
    return balance(sum(view.rx, &Books::received), sum(view.tx, &Books::sent), view) -
           static_cast<int64_t>(in_flight(all));
}

Json stats(const Stages& all) {
    Json json = to_json(View{all, kBoth}, in_flight(all));
    json["records"] = records(all.workers);
    const auto odd = [&](Count stages::OddCounts::*count) {
        return sum(all.workers, [count](const Counters& worker) -> const Count& { return worker.odd.*count; });
    };
    json["tolerated"] = {{"long_lengths", odd(&stages::OddCounts::long_lengths)},
                         {"long_integers", odd(&stages::OddCounts::long_integers)},
                         {"trailing_bytes", odd(&stages::OddCounts::trailing)},
                         {"missing_varbind_list", odd(&stages::OddCounts::missing)}};
    for (const auto& [name, side] : {std::pair{"external", Side::external}, std::pair{"internal", Side::internal}}) {
        const View view{all, {side}};
        json["ports"][name] = to_json(view);
        json["ports"][name]["protocols"] = protocols(view);
    }
    json["workers"] = Json::array();
    for (const Counters* worker : all.workers) {
        const Stages alone{.rx = {}, .tx = {}, .workers = {worker}, .rings = {}};
        Json entry = to_json(View{alone, kBoth}, received(alone), sent(alone), 0);
        entry["records"] = records({worker});
        json["workers"].push_back(std::move(entry));
    }
    return json;
}

Json to_json(const EveLog::Counters& alerts) {
    return {{"written", alerts.written},
            {"suppressed", alerts.suppressed},
            {"lost", alerts.lost},
            {"summaries", alerts.summaries}};
}

Json reasons(const Stages& all, bool also_zero) {
    const View view{all, kBoth};
    Json list = Json::array();
    for (const ReasonName& entry : kReasons) {
        const uint64_t gone = discarded(view, entry.reason), would = would_discard(view, entry.reason),
                       went = passed(view, entry.reason);
        if (entry.reason == Reason::none || (!also_zero && gone + would + went == 0)) continue;
        list.push_back({{"name", entry.name},
                        {"number", static_cast<unsigned>(entry.reason)},
                        {"discarded", gone},
                        {"would_discard", would},
                        {"passed", went}});
    }
    return {{"reasons", std::move(list)}};
}

}  // namespace snmpgate::app

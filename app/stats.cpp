#include "stats.hpp"

#include <array>
#include <vector>

namespace snmpgate::app {
namespace {

using Json = nlohmann::ordered_json;
using stages::Books;
using stages::ByReason;
using stages::Counters;

uint64_t total(const std::vector<const Books*>& books, stages::Count Books::*count) {
    uint64_t sum = 0;
    for (const Books* one : books) sum += (one->*count).get();
    return sum;
}

uint64_t of_reason(const std::vector<const Books*>& books, ByReason Books::*counts, Reason reason) {
    uint64_t sum = 0;
    for (const Books* one : books) sum += (one->*counts)[static_cast<size_t>(reason)].get();
    return sum;
}

Json by_reason(const std::vector<const Books*>& books, ByReason Books::*counts) {
    Json json = Json::object();
    for (const ReasonName& entry : kReasons)
        if (const uint64_t count = of_reason(books, counts, entry.reason); count != 0) json[entry.name] = count;
    return json;
}

int64_t balance(const std::vector<const Books*>& books) {
    uint64_t discarded = 0;
    for (const ReasonName& entry : kReasons) discarded += of_reason(books, &Books::discarded, entry.reason);
    return static_cast<int64_t>(total(books, &Books::received)) - static_cast<int64_t>(total(books, &Books::sent)) -
           static_cast<int64_t>(discarded);
}

Json protocols(const std::vector<const Books*>& books) {
    Json json = Json::object();
    for (size_t realm = 0; realm <= locate::kMaxRealms; ++realm) {
        for (size_t protocol = 0; protocol < wire::kProtocols; ++protocol) {
            uint64_t count = 0;
            for (const Books* one : books) count += one->protocols[realm][protocol].get();
            if (count == 0) continue;
            json[std::to_string(realm)][wire::name_of(static_cast<wire::Protocol>(protocol))] = count;
        }
    }
    return json;
}

Json to_json(const std::vector<const Books*>& books) {
    Json json;
    json["received"] = total(books, &Books::received);
    json["made"] = 0;
    json["sent"] = total(books, &Books::sent);
    json["translated"] = total(books, &Books::translated);
    json["addresses_translated"] = total(books, &Books::addresses);
    json["discarded"] = by_reason(books, &Books::discarded);
    json["would_discard"] = by_reason(books, &Books::would_discard);
    json["passed"] = by_reason(books, &Books::passed);
    json["held"] = 0;
    json["absorbed"] = 0;
    json["balance"] = balance(books);
    return json;
}

std::vector<const Books*> books_of(std::span<const Counters* const> workers, std::initializer_list<Side> sides) {
    std::vector<const Books*> books;
    for (const Counters* worker : workers)
        for (const Side side : sides) books.push_back(&worker->sides[index(side)]);
    return books;
}

template <typename Get>
uint64_t sum(std::span<const Counters* const> workers, Get get) {
    uint64_t total = 0;
    for (const Counters* worker : workers) total += get(*worker).get();
    return total;
}

Json records(std::span<const Counters* const> workers) {
    return {{"wanted", sum(
                           workers, [](const Counters& c) -> const auto& { return c.records_wanted; })},
            {"lost", sum(
                         workers, [](const Counters& c) -> const auto& { return c.records_lost; })}};
}

}  // namespace

int64_t balance(std::span<const Counters* const> workers) {
    return balance(books_of(workers, {Side::external, Side::internal}));
}

Json stats(std::span<const Counters* const> workers) {
    Json json = to_json(books_of(workers, {Side::external, Side::internal}));
    json["records"] = records(workers);
    json["tolerated"] = {
        {"long_lengths", sum(
                             workers, [](const Counters& c) -> const auto& { return c.odd.long_lengths; })},
        {"long_integers", sum(
                              workers, [](const Counters& c) -> const auto& { return c.odd.long_integers; })},
        {"trailing_bytes", sum(
                               workers, [](const Counters& c) -> const auto& { return c.odd.trailing; })},
        {"missing_varbind_list", sum(
                                     workers, [](const Counters& c) -> const auto& { return c.odd.missing; })}};
    constexpr std::array kPorts = {std::pair{"external", Side::external}, std::pair{"internal", Side::internal}};
    for (const auto& [name, side] : kPorts) {
        json["ports"][name] = to_json(books_of(workers, {side}));
        json["ports"][name]["protocols"] = protocols(books_of(workers, {side}));
    }
    json["workers"] = Json::array();
    for (const Counters* worker : workers) {
        const std::span<const Counters* const> one{&worker, 1};
        Json entry = to_json(books_of(one, {Side::external, Side::internal}));
        entry["records"] = records(one);
        json["workers"].push_back(std::move(entry));
    }
    return json;
}

}  // namespace snmpgate::app

#include "control/nearest.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace snmpgate::app {
namespace {

constexpr size_t kLongestWord = 40;  // longer ones are nobody's slip

// Edit distance with swaps of neighbours (optimal string alignment).
size_t distance(std::string_view a, std::string_view b) {
    std::vector<size_t> before, above(b.size() + 1), row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = std::exchange(above, row);
    }
    return above[b.size()];
}

std::string in_lower_case(std::string_view word) {
    std::string lower(word);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

// On one line and in ASCII, whatever bytes it has.
std::string quoted(std::string_view word) {
    const std::string whole(word.substr(0, kLongestWord));
    return nlohmann::json(word.size() > kLongestWord ? whole + "..." : whole)
        .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
    if (word.empty() || word.size() > kLongestWord) return std::nullopt;
    const std::string lower = in_lower_case(word);
    // Two slips in a word of three letters leave nothing of it.
    size_t least = lower.size() < 4 ? 1 : 2;
    std::optional<std::string> best;
    const auto as_long = [&](const std::string& name) { return name.size() == lower.size(); };
    for (const std::string& name : known) {
        const size_t slips = distance(lower, name);
        // Of two as near the one as long: "stauts" is "status", not "stats".
        if (slips < least || (slips == least && (!best || (as_long(name) && !as_long(*best))))) {
            least = slips;
            best = name;
        }
    }
    if (best) return best;
    const auto begins = [&](const std::string& name) { return name.starts_with(lower); };
    if (const auto it = std::find_if(known.begin(), known.end(), begins); it != known.end()) return *it;
    return std::nullopt;
}

std::string unknown(std::string_view what, std::string_view word, const std::vector<std::string>& known) {
    std::string text = "unknown " + std::string(what) + " " + quoted(word);
    if (const auto near = nearest(word, known))
        text += ", did you mean \"" + *near + "\"?";
    else
        text += ".";
    text += " The " + std::string(what) + "s are ";
    for (const std::string& name : known) text.append(&name == &known.front() ? "" : ", ").append(name);
    return text;
}

}  // namespace snmpgate::app

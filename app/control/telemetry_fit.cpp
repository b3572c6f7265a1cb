#include "control/telemetry_fit.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "control/nearest.hpp"

namespace snmpgate::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kAll = "all";

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

class Fit {
 public:
    explicit Fit(TelemetryLimits limits) : limits_(limits), left_(limits.bytes) {}

    Json object(const Json& from) {
        Json to = Json::object();
        if (!take(2)) return to;  // { }
        size_t index = 0;
        for (const auto& [key, value] : from.items()) {
            std::string name = name_of(from.is_array() ? std::to_string(index++) : key);
            while (to.contains(name)) name += '_';
            if (to.size() >= limits_.entries || !take(name.size() + 4)) {  // "":,
                truncated_ = true;
                break;
            }
            std::optional<Json> fitted = this->value(value);
            if (!fitted) break;
            to[name] = std::move(*fitted);
        }
        return to;
    }

    [[nodiscard]] bool truncated() const { return truncated_; }

 private:
    bool take(size_t bytes) {
        if (bytes > left_) {
            truncated_ = true;
            return false;
        }
        left_ -= bytes;
        return true;
    }

    // Nothing if it does not fit at all.
    std::optional<Json> value(const Json& from) {
        if (from.is_object()) return left_ < 2 ? nothing() : object(from);
        if (from.is_array()) return left_ < 2 ? nothing() : array(from);
        Json to = scalar(from);
        if (!take(to.dump().size())) return std::nullopt;
        return to;
    }

    std::optional<Json> nothing() {
        truncated_ = true;
        return std::nullopt;
    }

    Json array(const Json& from) {
        const auto all = [&from](auto is) { return std::all_of(from.begin(), from.end(), is); };
        const bool plain = all([](const Json& element) { return element.is_string(); }) ||
                           all([](const Json& element) { return element.is_number_integer() && element >= 0; });
        if (!plain) return object(from);
        Json to = Json::array();
        take(2);
        for (const Json& element : from) {
            Json fitted = scalar(element);
            if (to.size() >= limits_.elements || !take(fitted.dump().size() + 1)) {
                truncated_ = true;
                break;
            }
            to.push_back(std::move(fitted));
        }
        return to;
    }

    Json scalar(const Json& from) {
        if (from.is_string()) return text_of(from.get_ref<const std::string&>());
        if (from.is_boolean()) return from.get<bool>() ? 1u : 0u;
        if (from.is_number_unsigned()) return from;
        if (from.is_number_integer()) {
            const auto number = from.get<int64_t>();
            if (number >= 0) return static_cast<uint64_t>(number);
            if (number >= std::numeric_limits<int>::min()) return number;
        }
        return text_of(from.dump());
    }

    std::string name_of(std::string name) {
        for (char& c : name)
            if (!is_alphanumeric(c) && c != '_' && c != '/') c = '_';
        return cut(std::move(name));
    }

    std::string text_of(std::string text) { return cut(telemetry_text(std::move(text))); }

    std::string cut(std::string text) {
        if (text.size() <= limits_.text) return text;
        truncated_ = true;
        return text.replace(limits_.text - 3, std::string::npos, "...");
    }

    TelemetryLimits limits_;
    size_t left_;
    bool truncated_ = false;
};

std::vector<std::string> words(std::string_view parameters) {
    std::vector<std::string> list;
    while (!parameters.empty()) {
        const size_t end = parameters.find(',');
        if (end != 0) list.emplace_back(parameters.substr(0, end));
        parameters.remove_prefix(end == std::string_view::npos ? parameters.size() : end + 1);
    }
    return list;
}

const Json* member(const Json& answer, const std::string& path) {
    try {
        const Json::json_pointer pointer("/" + path);
        return answer.contains(pointer) ? &answer.at(pointer) : nullptr;
    } catch (const Json::exception&) {
        return nullptr;
    }
}

}  // namespace

std::string telemetry_text(std::string text) {
    for (char& c : text)
        if (c < ' ' || c > '~') c = '?';
    return text;
}

Json fit_telemetry(const Json& answer, TelemetryLimits limits) {
    Fit fit{limits};
    Json to = fit.object(answer);
    if (fit.truncated()) to["truncated"] = 1u;
    return to;
}

nlohmann::json telemetry_arguments(std::string_view parameters) {
    nlohmann::json arguments = nlohmann::json::object();
    for (const std::string& word : words(parameters))
        if (word == kAll) arguments[word] = true;
    return arguments;
}

Json telemetry_members(Json answer, std::string_view parameters) {
    Json chosen = Json::object();
    for (const std::string& word : words(parameters)) {
        if (word == kAll) continue;
        const Json* there = member(answer, word);
        if (there == nullptr) {
            std::vector<std::string> known;
            for (const auto& entry : answer.items()) known.push_back(entry.key());
            throw std::runtime_error(unknown("member", word, known));
        }
        chosen[word] = *there;
    }
    return chosen.empty() ? answer : chosen;
}

}  // namespace snmpgate::app

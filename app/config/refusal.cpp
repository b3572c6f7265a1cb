#include "config/refusal.hpp"

#include <algorithm>

#include "config/config.hpp"

namespace snmpgate::app {
namespace {

constexpr size_t kMostShown = 80;

bool is_word(std::string_view key) {
    const auto in_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !key.empty() && std::all_of(key.begin(), key.end(), in_word);
}

std::string one_line(const Json& scalar) {
    std::string text = scalar.dump(-1, ' ', true);
    if (text.size() > kMostShown) text.replace(kMostShown, std::string::npos, "...");
    return text;
}

}  // namespace

std::string member_path(std::string_view parent, std::string_view key) {
    std::string path(parent);
    if (!is_word(key)) return path + '[' + one_line(Json(key)) + ']';
    if (!path.empty()) path += '.';
    return path.append(key);
}

std::string element_path(std::string_view parent, size_t index) {
    return std::string(parent) + '[' + std::to_string(index) + ']';
}

std::string shown(const Json& value) {
    if (value.is_object()) return "an object";
    if (value.is_array()) return "a list of " + std::to_string(value.size());
    return one_line(value);
}

void refuse(std::string_view file, std::string_view path, std::string_view value, std::string_view why) {
    std::string text(file);
    text += ": ";
    text += path.empty() ? "the whole file" : path;
    if (!value.empty()) text.append(" = ").append(value);
    throw ConfigError(text.append(": ").append(why));
}

}  // namespace snmpgate::app

#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

// How a refused configuration is told, the same everywhere:  file: path = value: what would be right
namespace snmpgate::app {

using Json = nlohmann::json;

// The paths of a member and of an element: realms[0].maps[1].private; a key that is no plain word stands as ["key"].
[[nodiscard]] std::string member_path(std::string_view parent, std::string_view key);
[[nodiscard]] std::string element_path(std::string_view parent, size_t index);

// A value as messages show it: on one line, in ASCII, not longer than a line holds.
[[nodiscard]] std::string shown(const Json& value);

// Throws ConfigError. An empty path is the whole file.
[[noreturn]] void refuse(std::string_view file, std::string_view path, std::string_view value, std::string_view why);

}  // namespace snmpgate::app

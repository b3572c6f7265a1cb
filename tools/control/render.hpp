#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace snmpgate::control {

// The result of a command as an operator reads it, ending with a newline. What a key's absence takes away is left out;
// keys that this version does not know are shown too.
[[nodiscard]] std::string render(const std::string& command, const nlohmann::ordered_json& result);

}  // namespace snmpgate::control

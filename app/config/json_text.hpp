#pragma once

#include <string>

#include "config/refusal.hpp"

namespace snmpgate::app {

// JSON with // and /* */ comments. Throws ConfigError for what is not JSON (file, line, column) and for a repeated key,
// of which a plain parse would silently keep one.
[[nodiscard]] Json parse_json(const std::string& text, const std::string& file);

}  // namespace snmpgate::app

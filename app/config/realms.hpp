#pragma once

#include <string>
#include <vector>

#include "config/reader.hpp"
#include "locate/realm_spec.hpp"

namespace snmpgate::app {

// Reads the `realms` list and checks what RealmSpec promises. Throws ConfigError.
[[nodiscard]] std::vector<locate::RealmSpec> read_realms(const Value& list);

// A map's two sides as the config names them: "10.1.0.0/16", a host "10.1.0.1".
[[nodiscard]] std::string private_text(const locate::MapSpec& map);
[[nodiscard]] std::string public_text(const locate::MapSpec& map);

// In order: by realm number - 1.
[[nodiscard]] std::vector<std::string> names_of(const std::vector<locate::RealmSpec>& realms);

}  // namespace snmpgate::app

#pragma once

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

namespace snmpgate::control {

// What snmpgate refused, or why it could not be asked: for the operator, with the cure.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Asks the snmpgate that serves `socket` one command (app/control/protocol.hpp) and returns its result. Throws Refused,
// also where no answer has come when the time is over.
[[nodiscard]] nlohmann::ordered_json ask(const std::filesystem::path& socket, const std::string& command,
                                         const nlohmann::ordered_json& arguments, std::chrono::seconds patience);

}  // namespace snmpgate::control

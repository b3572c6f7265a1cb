#pragma once

#include <string>
#include <string_view>

#include "control/commands.hpp"

// What is spoken on the control socket: requests and answers in turn, each a JSON object on a line of its own.
//
//   {"command": "block", "arguments": {"targets": ["10.1.1.5"]}}           `arguments` may be left out
//   {"ok": true, "result": {"changed": ["10.1.1.5/32"], ...}}
//   {"ok": false, "error": "unknown command ..."}                          and nothing has changed
namespace snmpgate::app {

inline constexpr size_t kLongestRequest = 64 * 1024;  // bytes, without the newline
inline constexpr int kDeepestRequest = 8;             // objects and lists in one another

// The answer to one request, its newline included. Whatever is in the request gets one.
[[nodiscard]] std::string answer(Commands& commands, std::string_view request);

// The answer {"ok": false, "error": why}, its newline included.
[[nodiscard]] std::string refusal(std::string_view why);

}  // namespace snmpgate::app

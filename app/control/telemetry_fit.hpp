#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

// DPDK's telemetry carries less than JSON does (rte_telemetry.h, release 22.11): this makes of an answer one that it
// can carry, and says so where something had to be left out.
namespace snmpgate::app {

struct TelemetryLimits {
    size_t bytes = 16 * 1024 - 128;  // of the whole answer; 128 for the command's name around it, and for the flag
    size_t entries = 255;            // of an object, and 1 for the flag
    size_t elements = 512;           // of a list
    size_t text = 127;               // bytes of a name or a text
};

// - Names: what is no letter, digit, _ or / becomes _. Texts: what is not printable ASCII becomes ?.
// - A list stays one if it holds texts only, or whole numbers from 0 only. Another, of ports say, becomes an object
// with
//   the names 0, 1, 2: DPDK has no list of objects.
// - true and false become 1 and 0. A number that is no 32-bit one and is negative, or is a fraction, becomes a text; so
//   does null.
// - What does not fit is left out from its place to the end of the object or list, or the text cut, and the answer then
//   has "truncated": 1.
// `answer` is an object, and so is what is returned; its dump() is as long as what DPDK sends.
[[nodiscard]] nlohmann::ordered_json fit_telemetry(const nlohmann::ordered_json& answer, TelemetryLimits limits = {});

// Printable ASCII: DPDK 22.11 looks a byte above 0x7F up before the beginning of a table, and drops control characters.
[[nodiscard]] std::string telemetry_text(std::string text);

// What a client asks for behind the command's comma: words, themselves with commas between them. "all" is an argument
// of the command; any other names a member of the answer, ports or ports/external, and then only those are answered.
[[nodiscard]] nlohmann::json telemetry_arguments(std::string_view parameters);
// Throws std::runtime_error for a member that is not there.
[[nodiscard]] nlohmann::ordered_json telemetry_members(nlohmann::ordered_json answer, std::string_view parameters);

}  // namespace snmpgate::app

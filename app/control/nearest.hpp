#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snmpgate::app {

// The known name that `word` was most likely meant to be: its beginning, or at most two slips of the keyboard away (a
// letter left out, added, changed, or two swapped). Nothing if none is that near.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

// unknown command "stauts", did you mean "status"? The commands are mode, status       with `what` = "command"
[[nodiscard]] std::string unknown(std::string_view what, std::string_view word, const std::vector<std::string>& known);

}  // namespace snmpgate::app

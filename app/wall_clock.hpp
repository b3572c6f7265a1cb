#pragma once

#include <chrono>
#include <cstdint>

namespace snmpgate::app {

// The system's clock, ns since 1970. A system call: control side only.
[[nodiscard]] inline uint64_t wall_clock() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

}  // namespace snmpgate::app

#pragma once

#include <filesystem>
#include <optional>

#include "config/config.hpp"

namespace snmpgate::app {

struct ReplayOptions {
    std::optional<std::filesystem::path> external;  // frames that enter by the external port
    std::optional<std::filesystem::path> internal;
    std::filesystem::path out;
    unsigned workers = 1;  // 1..64
};

// The same path offline: frames from captures, the clock from their timestamps, `workers` workers in lockstep. Writes
// external.pcap, internal.pcap (the frames that left by that port), records/, eve.json and stats.json into `out`; two
// runs are bit-equal. Throws std::runtime_error for files it cannot read or write.
void replay(const Config& config, const ReplayOptions& options);

}  // namespace snmpgate::app

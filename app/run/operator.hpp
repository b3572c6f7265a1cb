#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "config/refusal.hpp"
#include "control/commands.hpp"
#include "orders.hpp"
#include "records/carrier.hpp"
#include "run/appliance.hpp"

namespace snmpgate::app {

// Where a configuration was read from, to read it again.
struct ConfigFiles {
    std::filesystem::path config;
    std::optional<std::filesystem::path> driver;
};

// What an operator may ask and order while the gate runs: the handlers of `snmpgatectl` and of DPDK's telemetry.
// docs/control.md names them. Each is called under Commands' lock.
class Operator {
 public:
    // `config` is what runs, read from `files`. All must outlive it.
    Operator(Appliance& appliance, Carrier& carrier, Config config, ConfigFiles files, Commands& commands);

    using Answer = nlohmann::ordered_json;

    // Reads the configuration anew, compiles it aside and publishes it. Throws std::runtime_error that says why, and
    // nothing has changed then.
    Answer reload();
    // The statistics, as printed at the end.
    [[nodiscard]] Answer stats() const;

 private:
    [[nodiscard]] Answer status() const;
    [[nodiscard]] Answer records() const;
    [[nodiscard]] Answer ports() const;
    [[nodiscard]] Answer blocks() const;
    Answer order(const Json& arguments, bool block);
    Answer mode(const Json& arguments);

    Appliance& appliance_;
    Carrier& carrier_;
    Config config_;  // in force, the operator's mode in it
    const ConfigFiles files_;
    Orders orders_;
    decide::Mode configured_mode_;
    std::optional<decide::Mode> ordered_mode_;  // none: the configuration's
    uint64_t generation_ = 1;
    const std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace snmpgate::app

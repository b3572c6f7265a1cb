#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "decide/settings.hpp"
#include "locate/prefix.hpp"
#include "locate/realm_spec.hpp"
#include "wire/bytes.hpp"
#include "wire/service.hpp"

namespace snmpgate::app {

enum class Layout : uint8_t {
    fused,  // one core does rx, worker and tx
    split   // cores of their own for rx, workers and tx, lockless rings between them
};

enum class AlgLevel : uint8_t {
    off,
    basic,    // RFC 2962, 4.1
    advanced  // RFC 2962, 4.2; this version does the basic part of it, and says so
};

// The whole configuration, checked: what a Config holds is valid. Every key, its default and its range: docs/config.md.
struct Config {
    decide::Mode mode = decide::Mode::monitor;

    struct Ports {
        std::string external;  // a vdev string or a PCI address; empty = not given
        std::string internal;
        uint16_t mtu = 0;            // bytes; 0 = jumbo on a NIC that can, a virtual device's own otherwise
        bool propagate_link = true;  // link down on one side lowers the other
    } ports;

    struct Cores {
        std::optional<Layout> layout;           // none: by the machine, see app/plan.hpp
        std::vector<unsigned> rx, workers, tx;  // CPU numbers; a CPU named twice is shared
    } cores;

    std::vector<std::string> eal;  // further EAL arguments, from a driver file

    std::vector<locate::RealmSpec> realms;

    struct Nat {
        bool headers = false;
    } nat;

    struct Alg {
        AlgLevel level = AlgLevel::basic;
        std::vector<uint16_t> ports = {161, 162};
        std::vector<std::string> oid_tables;
        decide::OnFailure unparsable = decide::OnFailure::forward;
        decide::OnFailure untranslatable = decide::OnFailure::forward;
    } alg;

    struct Frames {
        decide::OnFailure malformed = decide::OnFailure::forward;
        decide::OnFailure ring_full = decide::OnFailure::discard;  // forward: unseen by any worker
    } frames;

    struct Blocklist {  // each sorted (MAC addresses by their key), nothing twice
        std::vector<wire::Mac> macs;
        std::vector<locate::Prefix> prefixes;
    } blocklist;

    struct Records {
        std::filesystem::path directory = "/var/lib/snmpgate/records";
        std::vector<wire::Protocol> also;
        uint64_t rotate_bytes = 64u << 20;
        uint64_t rotate_seconds = 3600;
        unsigned blocks = 256;  // per worker, 16 KB each: what may wait for the writer
    } records;

    struct Alerts {
        std::filesystem::path eve_file = "/var/log/snmpgate/eve.json";
        // Of alerts with the same reason and source, so many in so many seconds are written; 0 = all.
        unsigned limit_count = 10;
        unsigned limit_seconds = 60;
    } alerts;

    struct Control {
        std::filesystem::path socket = "/run/snmpgate/control.sock";
    } control;
};

// Why a configuration is refused: key's path, the value, and what would be right, in one line.
class ConfigError : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

// Reads `file`, under it the driver file's `ports`, `cores` and `eal`, and checks everything. Throws ConfigError; also
// for a file that cannot be read or is not JSON. Control side only.
[[nodiscard]] Config load_config(const std::filesystem::path& file,
                                 const std::optional<std::filesystem::path>& driver = std::nullopt);

// The same from text, for tests; `name` stands for the file in messages.
[[nodiscard]] Config parse_config(const std::string& text, const std::string& name,
                                  const std::optional<std::string>& driver_text = std::nullopt);

// Every key this version accepts: "nat.headers", "realms[].maps[].private". For the test that docs/config.md names
// them.
[[nodiscard]] std::set<std::string> config_keys();

}  // namespace snmpgate::app

#pragma once

#include <bitset>
#include <cstdint>
#include <memory_resource>

#include "decide/prefixes.hpp"
#include "decide/settings.hpp"
#include "decide/stations.hpp"
#include "locate/realms.hpp"
#include "wire/service.hpp"

namespace snmpgate {

// Everything the configuration and the operator say about frames, compiled for the path. Built whole on the control
// side, then read-only: lcores read it, nobody writes it.
struct Policy {
    // Its tables live in `memory`, which must outlive it.
    explicit Policy(std::pmr::memory_resource& memory = *std::pmr::get_default_resource())
        : realms({}, locate::Headers::translated_beside, memory) {}

    uint64_t generation = 1;  // of the configuration: 1 at start, one more with each reload
    decide::Mode mode = decide::Mode::monitor;
    locate::Realms realms;
    decide::Stations stations;          // as configured
    decide::Stations ordered_stations;  // and what the operator said since, which wins
    decide::BlockedPrefixes prefixes;   // as configured, but what the operator unblocked
    decide::BlockedPrefixes ordered_prefixes;
    bool prefixes_as_configured = true;  // the operator has unblocked none
    wire::SnmpPorts snmp_ports;
    bool translate_headers = false;  // nat.headers
    bool translate_values = false;   // alg.level basic and above
    decide::OnFailure malformed = decide::OnFailure::forward;
    decide::OnFailure unparsable = decide::OnFailure::forward;
    decide::OnFailure untranslatable = decide::OnFailure::forward;
    decide::OnFailure ring_full = decide::OnFailure::discard;
    std::bitset<wire::kProtocols> record_also;  // beside ARP and SNMP
};

}  // namespace snmpgate

#pragma once

#include <bitset>
#include <cstdint>

#include "decide/prefixes.hpp"
#include "decide/settings.hpp"
#include "decide/stations.hpp"
#include "locate/realms.hpp"
#include "wire/service.hpp"

namespace snmpgate {

// Everything the configuration says about frames, compiled for the path. Built whole on the control side, then
// read-only: workers read it, nobody writes it.
struct Policy {
    decide::Mode mode = decide::Mode::monitor;
    locate::Realms realms;
    decide::Stations stations;
    decide::BlockedPrefixes prefixes;
    wire::SnmpPorts snmp_ports;
    bool translate_headers = false;  // nat.headers
    bool translate_values = false;   // alg.level basic and above
    decide::OnFailure malformed = decide::OnFailure::forward;
    decide::OnFailure unparsable = decide::OnFailure::forward;
    decide::OnFailure untranslatable = decide::OnFailure::forward;
    std::bitset<wire::kProtocols> record_also;  // beside ARP and SNMP
};

}  // namespace snmpgate

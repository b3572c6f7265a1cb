#pragma once

#include <span>
#include <string>

#include "alerts/limiter.hpp"
#include "record/block.hpp"

namespace snmpgate::app {

// Lines of EVE JSON, each with its newline. Field names are Suricata's; what Suricata has no field for is in
// "snmpgate". `realms`: names, by realm number - 1. Pure.

// The alert of a record of `header`'s block.
[[nodiscard]] std::string alert_line(const record::BlockHeader& header, const record::Record& record,
                                     std::span<const std::string> realms);

// The alert for many: its time is the last's; interface, VLAN and realm are the first's, and so is the source, unless
// it stands for several.
[[nodiscard]] std::string summary_line(const Summary& summary, std::span<const std::string> realms);

// Of a record, ns since 1970.
[[nodiscard]] uint64_t time_of(const record::BlockHeader& header, const record::Record& record);

}  // namespace snmpgate::app

#pragma once

#include <ostream>

#include "reason.hpp"
#include "support/bytes.hpp"
#include "wire/bytes.hpp"
#include "wire/cursor.hpp"

// How a failed expectation shows our types.
namespace snmpgate {

inline void PrintTo(Reason reason, std::ostream* out) { *out << name_of(reason); }

namespace wire {
inline void PrintTo(const Span& span, std::ostream* out) { *out << "[" << span.offset << ", +" << span.size << "]"; }
inline void PrintTo(const Mac& mac, std::ostream* out) { *out << test::to_hex(mac.bytes); }
inline void PrintTo(const Ipv4& ip, std::ostream* out) { *out << std::hex << "0x" << ip.host() << std::dec; }
}  // namespace wire
}  // namespace snmpgate

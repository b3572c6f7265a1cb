#pragma once

#include "support/bytes.hpp"

// Packets that are printed in standards.
namespace snmpgate::test {

// RFC 2962, Appendix A (Figure 4): an IPv4 packet with a v1 GetResponse, as printed. Neither of its two checksums is
// right: the header's should be 0x0C06, UDP's 0x0C66 (requirement V2).
inline Bytes rfc2962_appendix_a() {
    return hex(
        "45 00 00 5E 47 40 00 00 3F 11 39 00 87 B4 8C CA 87 B4 8C 16"  // 135.180.140.202 → 135.180.140.22
        "00 A1 05 F5 00 4A D3 65"
        "30 82 00 3E 02 01 00 04 06 70 75 62 6C 69 63"
        "A2 82 00 2F 02 04 6C F2 0C 5C 02 01 00 02 01 00"
        "30 82 00 1F 30 82 00 1B"
        "06 13 2B 06 01 02 01 07 05 01 01 81 40 81 34 81 0C 81 4A 84 08"
        "40 04 87 B4 8C CA");
}

}  // namespace snmpgate::test

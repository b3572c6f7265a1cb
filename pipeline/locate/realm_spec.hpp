#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/bytes.hpp"

namespace snmpgate::locate {

// One static one-to-one map (RFC 2962: basic NAT): private base + i ⇄ public base + i for every i of the prefix. A host
// is a prefix of length 32. Both bases have their host bits zero.
struct MapSpec {
    uint32_t private_base = 0;  // host order
    uint32_t public_base = 0;
    uint8_t length = 32;  // 0..32
};

// A realm as configured. Valid specs (the config refuses others): at most 15 realms; within one, private prefixes are
// disjoint; public prefixes are disjoint over all realms; a VLAN's realms have disjoint private prefixes.
struct RealmSpec {
    std::string name;
    std::vector<uint16_t> vlans;  // 1..4094; empty: untagged and any VLAN that no other realm names
    std::vector<MapSpec> maps;
};
inline constexpr size_t kMaxRealms = 15;

}  // namespace snmpgate::locate

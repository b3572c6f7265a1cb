// expect: no matching function|constraints not satisfied
#include <string>

#include "wire/cursor.hpp"

using namespace snmpgate::wire;

#ifdef WRONG
std::string text(std::span<const uint8_t> frame) { return load<std::string>(frame, 0); }
#else
Mac text(std::span<const uint8_t> frame) { return load<Mac>(frame, 0); }
#endif

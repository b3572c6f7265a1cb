// expect: cannot convert|no viable conversion
#include "wire/bytes.hpp"

using namespace snmpgate::wire;

#ifdef WRONG
uint16_t host(be16 port) { return port; }
#else
uint16_t host(be16 port) { return port.host(); }
#endif

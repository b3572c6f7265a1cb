// expect: cannot convert|no viable conversion
#include "wire/bytes.hpp"

using namespace snmpgate::wire;

#ifdef WRONG
uint32_t key(Ipv4 address) { return address; }
#else
uint32_t key(Ipv4 address) { return address.host(); }
#endif

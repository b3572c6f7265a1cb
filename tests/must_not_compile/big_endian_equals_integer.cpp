// expect: no match for .operator==|invalid operands to binary expression
#include "wire/bytes.hpp"

using namespace snmpgate::wire;

#ifdef WRONG
bool is_snmp(be16 port) { return port == 161; }
#else
bool is_snmp(be16 port) { return port == be16{161}; }
#endif

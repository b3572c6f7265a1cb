// expect: no match for .operator==|invalid operands to binary expression|no known conversion
#include "wire/bytes.hpp"

using namespace snmpgate::wire;

#ifdef WRONG
bool same(be16 narrow, be32 wide) { return narrow == wide; }
#else
bool same(be16 narrow, be16 other) { return narrow == other; }
#endif

// expect: no matching (member )?function|constraints not satisfied
#include "wire/cursor.hpp"

using namespace snmpgate::wire;

#ifdef WRONG
bool port(Cursor& cursor, uint16_t& value) { return cursor.read(value); }
#else
bool port(Cursor& cursor, be16& value) { return cursor.read(value); }
#endif

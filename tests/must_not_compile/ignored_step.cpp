// expect: ignoring return value
#include "wire/cursor.hpp"

using namespace snmpgate::wire;

#ifdef WRONG
void header(Cursor& cursor) { cursor.skip(14); }
#else
bool header(Cursor& cursor) { return cursor.skip(14); }
#endif

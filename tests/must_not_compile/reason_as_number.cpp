// expect: cannot convert|no viable conversion|cannot initialize
#include "reason.hpp"

using namespace snmpgate;

#ifdef WRONG
uint16_t number(Reason reason) { return reason; }
#else
uint16_t number(Reason reason) { return static_cast<uint16_t>(reason); }
#endif

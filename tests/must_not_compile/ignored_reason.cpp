// expect: ignoring return value
#include "wire/ber.hpp"

using namespace snmpgate;

#ifdef WRONG
void next(wire::Cursor& in, wire::ber::Tlv& tlv, wire::ber::Oddities& odd) { wire::ber::read_tlv(in, tlv, odd); }
#else
Reason next(wire::Cursor& in, wire::ber::Tlv& tlv, wire::ber::Oddities& odd) {
    return wire::ber::read_tlv(in, tlv, odd);
}
#endif

#pragma once

#include <string_view>

#include "wire/snmp.hpp"

namespace snmpgate::wire::snmp {

// A PDU's name by its tag: RFC 3416, 3 and RFC 1157, 4.1.6 in snake_case, which is Suricata's pdu_type, too.
// "" for 0, "unknown" for a tag that is no PDU's.
constexpr std::string_view name_of_pdu(uint8_t tag) {
    switch (tag) {
        case 0:
            return "";
        case pdu::kGet:
            return "get_request";
        case pdu::kGetNext:
            return "get_next_request";
        case pdu::kResponse:
            return "response";
        case pdu::kSet:
            return "set_request";
        case pdu::kTrapV1:
            return "trap_v1";
        case pdu::kGetBulk:
            return "get_bulk_request";
        case pdu::kInform:
            return "inform_request";
        case pdu::kTrapV2:
            return "trap_v2";
        case pdu::kReport:
            return "report";
        default:
            return "unknown";
    }
}

}  // namespace snmpgate::wire::snmp

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace snmpgate {

// Why a frame was refused, changed course, or passed although something was wrong with it. One closed list: the
// same name appears in code, counter, record, alert, command line and docs/reasons.md (a test compares them). Numbers
// are written into records, so a number is never given a second meaning; new ones are added in the gaps, by room.
#define SNMPGATE_REASONS(X)                                                                    \
    X(none, 0)                                                                                 \
    /* wire: Ethernet */                                                                       \
    X(frame_short, 1)    /* fewer than 14 bytes */                                             \
    X(frame_cut, 2)      /* the capture kept only its beginning */                             \
    X(vlan_truncated, 3) /* ends inside an 802.1Q tag */                                       \
    X(vlan_depth, 4)     /* more than four tags */                                             \
    X(llc_length, 5)     /* 802.3 length beyond the frame */                                   \
    X(llc_truncated, 6)  /* 802.3 length too small for LLC or SNAP */                          \
    /* wire: ARP (RFC 826) */                                                                  \
    X(arp_truncated, 20)     /* shorter than its own sizes say */                              \
    X(arp_hardware_size, 21) /* Ethernet hardware, but not 6 bytes */                          \
    X(arp_protocol_size, 22) /* IPv4 protocol, but not 4 bytes */                              \
    /* wire: IPv4 (RFC 791) and IPv6 (RFC 8200) */                                             \
    X(ipv4_truncated, 30)                                                                      \
    X(ipv4_version, 31)                                                                        \
    X(ipv4_header_length, 32) /* below 20 bytes, or beyond the packet */                       \
    X(ipv4_total_length, 33)  /* below the header, or beyond the frame */                      \
    X(ipv4_fragment_over, 34) /* offset + size past 65,535 */                                  \
    X(ipv6_truncated, 40)                                                                      \
    X(ipv6_version, 41)                                                                        \
    X(ipv6_payload_length, 42)    /* beyond the frame */                                       \
    X(ipv6_extension_headers, 43) /* more than 8, or beyond the first 512 bytes */             \
    X(ipv6_fragment_over, 44)                                                                  \
    /* wire: UDP (RFC 768), TCP (RFC 9293), ICMP (RFC 792) */                                  \
    X(udp_truncated, 50)                                                                       \
    X(udp_length, 51) /* below 8, or beyond the packet */                                      \
    X(tcp_truncated, 52)                                                                       \
    X(tcp_header_length, 53)                                                                   \
    X(icmp_truncated, 54)                                                                      \
    /* wire: BER (X.690) */                                                                    \
    X(ber_truncated, 60)     /* a length beyond what encloses it, or bytes missing */          \
    X(ber_indefinite, 61)    /* length octet 0x80: SNMP forbids it (RFC 3417, 8) */            \
    X(ber_length_octets, 62) /* more than 4 length octets, or 0xFF */                          \
    X(ber_tag, 63)           /* multi-octet tag */                                             \
    X(ber_depth, 64)         /* nested deeper than 8 */                                        \
    X(ber_integer_empty, 65)                                                                   \
    X(ber_integer_size, 66) /* more than 8 octets */                                           \
    /* wire: SNMP */                                                                           \
    X(snmp_empty, 80)     /* no byte behind the UDP header */                                  \
    X(snmp_message, 81)   /* does not begin with SEQUENCE */                                   \
    X(snmp_version, 82)   /* not 0, 1 or 3 */                                                  \
    X(snmp_community, 83) /* not an OCTET STRING */                                            \
    X(snmp_header, 84)    /* v3 msgGlobalData (RFC 3412, 6) */                                 \
    X(snmp_security, 85)  /* v3 msgSecurityParameters (RFC 3414, 2.4) */                       \
    X(snmp_scoped_pdu, 86)                                                                     \
    X(snmp_pdu_tag, 87)   /* not 0xA0..0xA8 */                                                 \
    X(snmp_pdu_field, 88) /* a field of the PDU has another type */                            \
    X(snmp_varbind_list, 89)                                                                   \
    X(snmp_varbind, 90)                                                                        \
    X(snmp_varbind_count, 91)  /* more than 4,096 */                                           \
    X(snmp_oid, 92)            /* a name without octets, or ending inside a sub-identifier */  \
    X(snmp_ipaddress_size, 93) /* IpAddress of 1..3 or more than 4 octets */                   \
    X(snmp_fragment, 94)       /* part of a message only; not gathered in this version */      \
    X(snmp_size, 95)           /* ends behind byte 65,535 of its frame */                      \
    /* translate */                                                                            \
    X(snmp_v3_signed, 110)    /* authenticated: a change would break it (RFC 2962, 5) */       \
    X(snmp_v3_encrypted, 111) /* private: what is inside cannot be seen */                     \
    X(translate_full, 112)    /* more changes than one frame has room for */                   \
    /* decide */                                                                               \
    X(blocked_mac, 130)                                                                        \
    X(blocked_prefix, 131)                                                                     \
    /* stages: resources */                                                                    \
    X(tx_refused, 150) /* the port took the frame neither at once nor after a bounded retry */ \
    X(ring_full, 151)  /* the next core does not keep up */

enum class Reason : uint16_t {
#define X(name, number) name = number,
    SNMPGATE_REASONS(X)
#undef X
};

struct ReasonName {
    Reason reason;
    std::string_view name;
};

inline constexpr auto kReasons = std::to_array<ReasonName>({
#define X(name, number) {Reason::name, #name},
    SNMPGATE_REASONS(X)
#undef X
});

// Counters are kept by the reason's number; the list is sparse, and 8 bytes a number is little.
inline constexpr std::size_t kReasonNumbers = 256;
static_assert(static_cast<std::size_t>(kReasons.back().reason) < kReasonNumbers);

// "unknown" for a number this version does not know (a record written by a newer one).
constexpr std::string_view name_of(Reason reason) {
    for (const ReasonName& entry : kReasons)
        if (entry.reason == reason) return entry.name;
    return "unknown";
}

}  // namespace snmpgate

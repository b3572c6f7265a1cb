#pragma once

#include <array>
#include <cstdint>

#include "reason.hpp"
#include "wire/ber.hpp"
#include "wire/cursor.hpp"

namespace snmpgate::wire::snmp {

enum class Version : uint8_t {  // as on the wire
    v1 = 0,                     // RFC 1157
    v2c = 1,                    // RFC 1901
    v3 = 3                      // RFC 3412
};

namespace pdu {  // RFC 3416, 3; the v1 Trap RFC 1157, 4.1.6
inline constexpr uint8_t kGet = 0xA0;
inline constexpr uint8_t kGetNext = 0xA1;
inline constexpr uint8_t kResponse = 0xA2;
inline constexpr uint8_t kSet = 0xA3;
inline constexpr uint8_t kTrapV1 = 0xA4;
inline constexpr uint8_t kGetBulk = 0xA5;
inline constexpr uint8_t kInform = 0xA6;
inline constexpr uint8_t kTrapV2 = 0xA7;
inline constexpr uint8_t kReport = 0xA8;
}  // namespace pdu

inline constexpr size_t kMaxVarbinds = 4096;

struct Varbind {
    Span name;  // content of the OBJECT IDENTIFIER
    Span value;
    uint8_t tag = 0;  // of the value
};

// msgGlobalData and the USM parameters of a v3 message (RFC 3412, 6; RFC 3414, 2.4).
struct V3Header {
    uint32_t message_id = 0;
    uint32_t max_size = 0;
    uint8_t flags = 0;
    uint32_t security_model = 0;
    Span engine_id;
    uint32_t engine_boots = 0;
    uint32_t engine_time = 0;
    Span user;
    Span authentication;
    Span privacy;
    Span context_engine_id;
    Span context_name;

    static constexpr uint8_t kAuthenticated = 1, kPrivate = 2, kReportable = 4;
    static constexpr uint32_t kUsm = 3;
};

// Header of a v1 Trap-PDU, which has no request-id (RFC 1157, 4.1.6).
struct TrapV1 {
    Span enterprise;
    Span agent_address;  // an IpAddress outside the varbind list (requirement D3)
    int32_t generic = 0;
    int32_t specific = 0;
    uint32_t timestamp = 0;
};

// The views of one SNMP message, as spans of its frame. One lives in each worker and is decoded into again and again:
// only the first `varbind_count` varbinds are of this message.
struct Message {
    Version version = Version::v1;
    uint8_t pdu = 0;  // tag; 0 while encrypted
    bool encrypted = false;
    bool has_header = false;  // version and what stands before the PDU were read: valid even if the rest was refused
    Span community;           // v1, v2c
    V3Header v3;
    TrapV1 trap;
    int32_t request_id = 0;
    int64_t error_status = 0;  // GetBulk: non-repeaters
    int64_t error_index = 0;   // GetBulk: max-repetitions
    uint16_t varbind_count = 0;
    ber::Oddities odd;
    std::array<Varbind, kMaxVarbinds> varbinds;

    [[nodiscard]] bool is_signed() const {
        return version == Version::v3 && (v3.flags & V3Header::kAuthenticated) != 0;
    }
    [[nodiscard]] std::span<const Varbind> list() const { return {varbinds.data(), varbind_count}; }
};

// Decodes the message in `payload` of `frame`. Never reads outside it, whatever the bytes; bytes behind the message
// are tolerated and counted (Ethernet padding, agents). Pure but for `message`; takes time linear in the payload.
[[nodiscard]] Reason decode(std::span<const uint8_t> frame, Span payload, Message& message);

}  // namespace snmpgate::wire::snmp

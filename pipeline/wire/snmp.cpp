#include "wire/snmp.hpp"

namespace snmpgate::wire::snmp {
namespace {

using ber::Oddities;
using ber::Tlv;

// Constructed values around a varbind's value: message, PDU, list, varbind; v3 adds the scoped PDU.
constexpr unsigned depth_of_value(Version version) { return version == Version::v3 ? 6 : 5; }

// Reads the TLVs of one sequence in order; after the first failure the rest are not read, and `reason` says why.
class Fields {
 public:
    Fields(Cursor& in, Oddities& odd) : in_(in), odd_(odd) {}

    Fields& content(uint8_t tag, Reason otherwise, Cursor& content) {
        if (reason_ == Reason::none) reason_ = ber::read_tlv(in_, tag, otherwise, content, odd_);
        return *this;
    }
    Fields& span(uint8_t tag, Reason otherwise, Span& span) {
        Cursor value;
        content(tag, otherwise, value);
        if (reason_ == Reason::none) span = value.rest();
        return *this;
    }
    // The low bits of a narrower T: agents send request-ids as unsigned, which BER gives a fifth octet.
    template <typename T>
    Fields& integer(uint8_t tag, Reason otherwise, T& number) {
        Cursor value;
        int64_t wide = 0;
        content(tag, otherwise, value);
        if (reason_ == Reason::none) reason_ = ber::integer(value, wide, odd_);
        if (reason_ == Reason::none) number = static_cast<T>(wide);
        return *this;
    }
    [[nodiscard]] Reason reason() const { return reason_; }

 private:
    Cursor& in_;
    Oddities& odd_;
    Reason reason_ = Reason::none;
};

// X.690, 8.19.2: sub-identifiers are runs of octets whose last one has bit 8 clear.
bool ends_inside_sub_identifier(Cursor name) {
    uint8_t last = 0;
    return !name.peek(name.remaining() - 1, last) || last >= 0x80;
}

Reason decode_varbind(Cursor& list, unsigned depth, Varbind& varbind, Oddities& odd) {
    Cursor in, name;
    Tlv value;
    if (const Reason r = ber::read_tlv(list, ber::tag::kSequence, Reason::snmp_varbind, in, odd); r != Reason::none)
        return r;
    if (const Reason r = ber::read_tlv(in, ber::tag::kObjectIdentifier, Reason::snmp_varbind, name, odd);
        r != Reason::none)
        return r;
    if (name.empty() || ends_inside_sub_identifier(name)) return Reason::snmp_oid;
    if (const Reason r = ber::read_tlv(in, value, odd); r != Reason::none) return r;
    if (!in.empty()) ++odd.trailing;
    varbind = {name.rest(), value.content.rest(), value.tag};
    // RFC 2578, 7.1.5 gives an IpAddress 4 octets; some agents send none instead of NULL.
    if (value.tag == ber::tag::kIpAddress && !value.content.empty() && value.content.remaining() != 4)
        return Reason::snmp_ipaddress_size;
    if ((value.tag & ber::tag::kConstructed) != 0) return ber::check_nested(value.content, depth, odd);
    return Reason::none;
}

Reason decode_varbinds(Cursor pdu, Message& message) {
    // Some agents end a v1 trap here, or behind the list's tag (HP ProCurve 2650): a trap without varbinds.
    uint8_t lone = 0;
    const bool lone_tag = pdu.remaining() == 1 && pdu.peek(0, lone) && lone == ber::tag::kSequence;
    if (message.pdu == pdu::kTrapV1 && (pdu.empty() || lone_tag)) {
        ++message.odd.missing;
        return Reason::none;
    }
    Cursor list;
    if (const Reason r = ber::read_tlv(pdu, ber::tag::kSequence, Reason::snmp_varbind_list, list, message.odd);
        r != Reason::none)
        return r;
    if (!pdu.empty()) ++message.odd.trailing;
    while (!list.empty()) {
        if (message.varbind_count == kMaxVarbinds) return Reason::snmp_varbind_count;
        Varbind& varbind = message.varbinds[message.varbind_count];
        if (const Reason r = decode_varbind(list, depth_of_value(message.version), varbind, message.odd);
            r != Reason::none)
            return r;
        ++message.varbind_count;
    }
    return Reason::none;
}

Reason decode_pdu(Cursor& in, Message& message) {
    Tlv tlv;
    if (const Reason r = ber::read_tlv(in, tlv, message.odd); r != Reason::none) return r;
    if (!in.empty()) ++message.odd.trailing;
    if (tlv.tag < pdu::kGet || tlv.tag > pdu::kReport) return Reason::snmp_pdu_tag;
    message.pdu = tlv.tag;
    Fields fields{tlv.content, message.odd};
    constexpr Reason kWrong = Reason::snmp_pdu_field;
    if (tlv.tag == pdu::kTrapV1) {  // met in v2c and v3 messages too
        TrapV1& trap = message.trap;
        fields.span(ber::tag::kObjectIdentifier, kWrong, trap.enterprise)
            .span(ber::tag::kIpAddress, kWrong, trap.agent_address)
            .integer(ber::tag::kInteger, kWrong, trap.generic)
            .integer(ber::tag::kInteger, kWrong, trap.specific)
            .integer(ber::tag::kTimeTicks, kWrong, trap.timestamp);
        if (fields.reason() == Reason::none && trap.agent_address.size != 4 && trap.agent_address.size != 0)
            return Reason::snmp_ipaddress_size;
    } else {
        fields.integer(ber::tag::kInteger, kWrong, message.request_id)
            .integer(ber::tag::kInteger, kWrong, message.error_status)
            .integer(ber::tag::kInteger, kWrong, message.error_index);
    }
    return fields.reason() == Reason::none ? decode_varbinds(tlv.content, message) : fields.reason();
}

// RFC 3414, 2.4: a sequence wrapped in the OCTET STRING. Other models' parameters are theirs alone.
Reason decode_security(Cursor parameters, Message& message) {
    if (message.v3.security_model != V3Header::kUsm) return Reason::none;
    constexpr Reason kWrong = Reason::snmp_security;
    Cursor usm;
    if (const Reason r = ber::read_tlv(parameters, ber::tag::kSequence, kWrong, usm, message.odd); r != Reason::none)
        return r;
    return Fields{usm, message.odd}
        .span(ber::tag::kOctetString, kWrong, message.v3.engine_id)
        .integer(ber::tag::kInteger, kWrong, message.v3.engine_boots)
        .integer(ber::tag::kInteger, kWrong, message.v3.engine_time)
        .span(ber::tag::kOctetString, kWrong, message.v3.user)
        .span(ber::tag::kOctetString, kWrong, message.v3.authentication)
        .span(ber::tag::kOctetString, kWrong, message.v3.privacy)
        .reason();
}

Reason decode_v3(Cursor& in, Message& message) {
    constexpr Reason kWrong = Reason::snmp_header;
    V3Header& v3 = message.v3;
    Cursor global, flags, security;
    if (const Reason r = Fields{in, message.odd}.content(ber::tag::kSequence, kWrong, global).reason();
        r != Reason::none)
        return r;
    if (const Reason r = Fields{global, message.odd}
                             .integer(ber::tag::kInteger, kWrong, v3.message_id)
                             .integer(ber::tag::kInteger, kWrong, v3.max_size)
                             .content(ber::tag::kOctetString, kWrong, flags)
                             .integer(ber::tag::kInteger, kWrong, v3.security_model)
                             .reason();
        r != Reason::none)
        return r;
    if (!flags.read(v3.flags) || !flags.empty()) return kWrong;  // RFC 3412, 6: OCTET STRING (SIZE(1))
    if (const Reason r =
            Fields{in, message.odd}.content(ber::tag::kOctetString, Reason::snmp_security, security).reason();
        r != Reason::none)
        return r;
    if (const Reason r = decode_security(security, message); r != Reason::none) return r;

    Tlv data;
    if (const Reason r = ber::read_tlv(in, data, message.odd); r != Reason::none) return r;
    message.has_header = true;
    message.encrypted = data.tag == ber::tag::kOctetString;
    if (message.encrypted) return Reason::none;
    if (data.tag != ber::tag::kSequence) return Reason::snmp_scoped_pdu;
    if (const Reason r = Fields{data.content, message.odd}
                             .span(ber::tag::kOctetString, Reason::snmp_scoped_pdu, v3.context_engine_id)
                             .span(ber::tag::kOctetString, Reason::snmp_scoped_pdu, v3.context_name)
                             .reason();
        r != Reason::none)
        return r;
    return decode_pdu(data.content, message);
}

void clear(Message& message) {
    message.pdu = 0;
    message.encrypted = message.has_header = false;
    message.community = {};
    message.v3 = {};
    message.trap = {};
    message.request_id = 0;
    message.error_status = message.error_index = 0;
    message.varbind_count = 0;
    message.odd = {};
}

}  // namespace

Reason decode(std::span<const uint8_t> frame, Span payload, Message& message) {
    clear(message);
    if (payload.size == 0) return Reason::snmp_empty;
    if (payload.end() > 0xFFFF) return Reason::snmp_size;  // spans have 16-bit offsets
    Cursor in{frame, payload.offset, payload.end()}, body;
    if (const Reason r = ber::read_tlv(in, ber::tag::kSequence, Reason::snmp_message, body, message.odd);
        r != Reason::none)
        return r;
    if (!in.empty()) ++message.odd.trailing;
    int64_t version = 0;
    Fields fields{body, message.odd};
    if (const Reason r = fields.integer(ber::tag::kInteger, Reason::snmp_version, version).reason(); r != Reason::none)
        return r;
    switch (version) {
        case 0:
        case 1:
            message.version = version == 0 ? Version::v1 : Version::v2c;
            fields.span(ber::tag::kOctetString, Reason::snmp_community, message.community);
            if (fields.reason() != Reason::none) return fields.reason();
            message.has_header = true;
            return decode_pdu(body, message);
        case 3:
            message.version = Version::v3;
            return decode_v3(body, message);
        default:
            return Reason::snmp_version;
    }
}

}  // namespace snmpgate::wire::snmp

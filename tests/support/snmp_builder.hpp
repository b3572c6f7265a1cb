#pragma once

#include <optional>
#include <utility>

#include "support/bytes.hpp"

// SNMP messages for tests, written plainly and without the code under test.
//
//   Bytes message = Snmp::v2c("public").response(7).ip("1.3.6.1.2.1.4.20.1.1.10.1.2.3", "10.1.2.3").bytes();
namespace snmpgate::test {

namespace ber {

// `length_octets` 0 = the shortest length; otherwise the long form with that many octets, needed or not.
inline Bytes tlv(uint8_t tag, const Bytes& content, unsigned length_octets = 0) {
    Bytes out{tag};
    if (length_octets == 0 && content.size() < 128) {
        out.push_back(static_cast<uint8_t>(content.size()));
    } else {
        if (length_octets == 0) length_octets = content.size() < 0x100 ? 1 : content.size() < 0x10000 ? 2 : 3;
        out.push_back(static_cast<uint8_t>(0x80 + length_octets));
        for (unsigned i = length_octets; i-- > 0;)
            out.push_back(i < sizeof(size_t) ? static_cast<uint8_t>(content.size() >> (8 * i)) : uint8_t{0});
    }
    out.insert(out.end(), content.begin(), content.end());
    return out;
}

// `octets` 0 = the shortest encoding; otherwise that many, the leading ones saying nothing.
inline Bytes integer(int64_t value, uint8_t tag = 0x02, unsigned octets = 0) {
    if (octets == 0) {
        octets = 1;
        while (octets < 8 && value >> (8 * octets - 1) != 0 && value >> (8 * octets - 1) != -1) ++octets;
    }
    Bytes content;
    for (unsigned i = octets; i-- > 0;) content.push_back(static_cast<uint8_t>(value >> (i < 8 ? 8 * i : 63)));
    return tlv(tag, content);
}

inline Bytes octets(const Bytes& content) { return tlv(0x04, content); }
inline Bytes octets(std::string_view characters) { return tlv(0x04, text(characters)); }
inline Bytes null() { return tlv(0x05, {}); }
inline Bytes sequence(std::initializer_list<Bytes> parts) { return tlv(0x30, joined(parts)); }

// "1.3.6.1.2.1" → the content octets of an OBJECT IDENTIFIER.
inline Bytes oid_content(std::string_view dotted) {
    std::vector<uint64_t> numbers{0};
    for (char c : dotted) {
        if (c == '.')
            numbers.push_back(0);
        else
            numbers.back() = numbers.back() * 10 + static_cast<uint64_t>(c - '0');
    }
    if (numbers.size() < 2) throw std::invalid_argument{"an OID has two numbers at least"};
    numbers[1] += 40 * numbers[0];
    Bytes content;
    for (size_t i = 1; i < numbers.size(); ++i) {
        Bytes reversed{static_cast<uint8_t>(numbers[i] & 0x7F)};
        while (numbers[i] >>= 7) reversed.push_back(static_cast<uint8_t>(0x80 | (numbers[i] & 0x7F)));
        content.insert(content.end(), reversed.rbegin(), reversed.rend());
    }
    return content;
}
inline Bytes oid(std::string_view dotted) { return tlv(0x06, oid_content(dotted)); }
inline Bytes ip_address(std::string_view dotted) { return tlv(0x40, test::ip(dotted)); }
inline Bytes time_ticks(uint32_t ticks) { return integer(ticks, 0x43); }

// The same TLVs, every length in the long form with `length_octets` octets.
inline Bytes with_long_lengths(std::span<const uint8_t> in, unsigned length_octets) {
    Bytes out;
    while (!in.empty()) {
        size_t header = 2, length = in[1];
        if (length >= 0x80) {
            header = 2 + (length & 0x7F);
            length = 0;
            for (size_t i = 2; i < header; ++i) length = length << 8 | in[i];
        }
        const auto value = in.subspan(header, length);
        const bool constructed = (in[0] & 0x20) != 0;
        const Bytes content = constructed ? with_long_lengths(value, length_octets) : Bytes(value.begin(), value.end());
        const Bytes whole = tlv(in[0], content, length_octets);
        out.insert(out.end(), whole.begin(), whole.end());
        in = in.subspan(header + length);
    }
    return out;
}

}  // namespace ber

// Header of a v1 Trap-PDU (RFC 1157, 4.1.6).
struct TrapV1Fields {
    std::string_view enterprise = "1.3.6.1.4.1.9.1.1";
    std::string_view agent = "10.1.2.3";
    int64_t generic = 6;
    int64_t specific = 1;
    uint32_t ticks = 4711;
};

// What stands around the PDU of a v3 message (RFC 3412, 6; RFC 3414, 2.4).
struct V3Fields {
    int64_t message_id = 1;
    int64_t max_size = 65507;
    uint8_t flags = 4;  // 1 authenticated, 2 private, 4 reportable
    int64_t security_model = 3;
    Bytes engine_id = hex("80 00 1f 88 03 02 00 00 00 00 01");
    int64_t boots = 1;
    int64_t time = 100;
    Bytes user = text("operator");
    Bytes authentication = {};
    Bytes privacy = {};
    Bytes context_engine_id = hex("80 00 1f 88 03 02 00 00 00 00 01");
    Bytes context_name = {};
    std::optional<Bytes> encrypted = {};  // msgData is this OCTET STRING instead of the scoped PDU
    std::optional<Bytes> security = {};   // msgSecurityParameters' content instead of the USM sequence
};

// One message, built by chaining: version first, then a PDU, then varbinds in order.
class Snmp {
 public:
    static Snmp v1(std::string_view community = "public") { return Snmp{0, text(community)}; }
    static Snmp v2c(std::string_view community = "public") { return Snmp{1, text(community)}; }
    static Snmp v3(V3Fields fields = {}) {
        Snmp message{3, {}};
        message.v3_ = std::move(fields);
        return message;
    }

    // Any PDU but the v1 trap. `status` and `index` are non-repeaters and max-repetitions in a GetBulk.
    Snmp& pdu(uint8_t tag, int64_t id, int64_t status = 0, int64_t index = 0) {
        pdu_ = tag;
        fields_ = joined({ber::integer(id), ber::integer(status), ber::integer(index)});
        return *this;
    }
    Snmp& get(int64_t id) { return pdu(0xA0, id); }
    Snmp& get_next(int64_t id) { return pdu(0xA1, id); }
    Snmp& response(int64_t id, int64_t status = 0, int64_t index = 0) { return pdu(0xA2, id, status, index); }
    Snmp& set(int64_t id) { return pdu(0xA3, id); }
    Snmp& get_bulk(int64_t id, int64_t non_repeaters, int64_t repetitions) {
        return pdu(0xA5, id, non_repeaters, repetitions);
    }
    Snmp& inform(int64_t id) { return pdu(0xA6, id); }
    Snmp& trap(int64_t id) { return pdu(0xA7, id); }
    Snmp& report(int64_t id) { return pdu(0xA8, id); }
    Snmp& trap_v1(const TrapV1Fields& trap = {}) {
        pdu_ = 0xA4;
        fields_ = joined({ber::oid(trap.enterprise), ber::ip_address(trap.agent), ber::integer(trap.generic),
                          ber::integer(trap.specific), ber::time_ticks(trap.ticks)});
        return *this;
    }

    // `value` is a whole TLV, from ber:: or by hand.
    Snmp& varbind(std::string_view name, const Bytes& value) { return raw_varbind(ber::oid(name), value); }
    Snmp& raw_varbind(const Bytes& name, const Bytes& value) {
        const Bytes bytes = ber::sequence({name, value});
        varbinds_.insert(varbinds_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    Snmp& ip(std::string_view name, std::string_view address) { return varbind(name, ber::ip_address(address)); }
    Snmp& integer(std::string_view name, int64_t value) { return varbind(name, ber::integer(value)); }
    Snmp& string(std::string_view name, std::string_view value) { return varbind(name, ber::octets(value)); }
    Snmp& null(std::string_view name) { return varbind(name, ber::null()); }

    // Every length of the message in the long form with `octets` octets.
    Snmp& long_lengths(unsigned octets) {
        length_octets_ = octets;
        return *this;
    }

    [[nodiscard]] Bytes bytes() const {
        const Bytes pdu = ber::tlv(pdu_, joined({fields_, ber::tlv(0x30, varbinds_)}));
        const Bytes message = version_ == 3 ? ber::sequence({ber::integer(3), v3_header(), v3_security(), v3_data(pdu)})
                                            : ber::sequence({ber::integer(version_), ber::octets(community_), pdu});
        return length_octets_ == 0 ? message : ber::with_long_lengths(message, length_octets_);
    }

 private:
    Snmp(int version, Bytes community) : version_(version), community_(std::move(community)) {}

    [[nodiscard]] Bytes v3_header() const {
        return ber::sequence({ber::integer(v3_.message_id), ber::integer(v3_.max_size), ber::octets(Bytes{v3_.flags}),
                              ber::integer(v3_.security_model)});
    }
    [[nodiscard]] Bytes v3_security() const {
        return ber::octets(v3_.security.value_or(
            ber::sequence({ber::octets(v3_.engine_id), ber::integer(v3_.boots), ber::integer(v3_.time),
                           ber::octets(v3_.user), ber::octets(v3_.authentication), ber::octets(v3_.privacy)})));
    }
    [[nodiscard]] Bytes v3_data(const Bytes& pdu) const {
        if (v3_.encrypted) return ber::octets(*v3_.encrypted);
        return ber::sequence({ber::octets(v3_.context_engine_id), ber::octets(v3_.context_name), pdu});
    }

    int version_;
    Bytes community_;
    V3Fields v3_;
    uint8_t pdu_ = 0xA0;
    Bytes fields_ = joined({ber::integer(1), ber::integer(0), ber::integer(0)});
    Bytes varbinds_;
    unsigned length_octets_ = 0;
};

}  // namespace snmpgate::test

#include "model.hpp"

namespace snmpgate::model {
namespace {

struct Refused {
    Reason reason;
};

// The bytes of one value, and where they stand in the frame.
struct Value {
    int tag = 0;
    size_t offset = 0;
    std::vector<uint8_t> bytes;
    size_t next = 0;  // index of the first byte not read yet

    bool done() const { return next == bytes.size(); }
    size_t left() const { return bytes.size() - next; }
    Place place() const { return {offset, bytes.size()}; }
    bool constructed() const { return tag / 32 % 2 == 1; }
};

class MessageReader {
 public:
    Message message;

    void run(std::span<const uint8_t> payload, size_t at) {
        try {
            whole({0, at, {payload.begin(), payload.end()}});
        } catch (const Refused& refused) {
            message.reason = refused.reason;
        }
    }

 private:
    static uint8_t byte_of(Value& in) {
        if (in.done()) throw Refused{Reason::ber_truncated};
        return in.bytes[in.next++];
    }

    Value any(Value& in) {
        Value value;
        value.tag = byte_of(in);
        if (value.tag % 32 == 31) throw Refused{Reason::ber_tag};
        uint64_t length = byte_of(in);
        if (length == 0x80) throw Refused{Reason::ber_indefinite};
        if (length > 0x84) throw Refused{Reason::ber_length_octets};
        if (length > 0x80) {
            const uint64_t octets = length - 0x80;
            length = 0;
            for (uint64_t i = 0; i < octets; ++i) length = length * 256 + byte_of(in);
            uint64_t shortest = 0;
            if (length >= 128)
                for (uint64_t rest = length; rest != 0; rest /= 256) ++shortest;
            if (octets > shortest) message.long_lengths += 1;
        }
        if (length > in.left()) throw Refused{Reason::ber_truncated};
        value.offset = in.offset + in.next;
        for (uint64_t i = 0; i < length; ++i) value.bytes.push_back(byte_of(in));
        return value;
    }

    Value one(Value& in, int tag, Reason otherwise) {
        Value value = any(in);
        if (value.tag != tag) throw Refused{otherwise};
        return value;
    }

    int64_t number(Value& in, int tag, Reason otherwise) {
        const Value value = one(in, tag, otherwise);
        if (value.bytes.empty()) throw Refused{Reason::ber_integer_empty};
        if (value.bytes.size() > 8) throw Refused{Reason::ber_integer_size};
        if (value.bytes.size() > 1) {
            const int nine_bits = value.bytes[0] * 2 + value.bytes[1] / 128;
            if (nine_bits == 0 || nine_bits == 0x1FF) message.long_integers += 1;
        }
        // Two's complement: the first bit weighs as much as all the others and one, and is negative.
        uint64_t bits = 0;
        for (uint8_t byte : value.bytes) bits = bits * 256 + byte;
        const size_t width = 8 * value.bytes.size();
        if (value.bytes[0] >= 128 && width < 64) bits -= uint64_t{1} << width;
        return static_cast<int64_t>(bits);
    }

    void whole(Value payload) {
        if (payload.bytes.empty()) throw Refused{Reason::snmp_empty};
        Value body = one(payload, 0x30, Reason::snmp_message);
        if (!payload.done()) message.trailing += 1;
        message.version = number(body, 0x02, Reason::snmp_version);
        if (message.version == 3) return v3(body);
        if (message.version != 0 && message.version != 1) throw Refused{Reason::snmp_version};
        message.community = one(body, 0x04, Reason::snmp_community).place();
        message.has_header = true;
        pdu(body, 1);
    }

    void v3(Value& body) {
        const Reason wrong = Reason::snmp_header;
        Value global = one(body, 0x30, wrong);
        message.message_id = static_cast<uint32_t>(number(global, 0x02, wrong));
        message.max_size = static_cast<uint32_t>(number(global, 0x02, wrong));
        const Value flags = one(global, 0x04, wrong);
        message.security_model = static_cast<uint32_t>(number(global, 0x02, wrong));
        if (!flags.bytes.empty()) message.flags = flags.bytes[0];
        if (flags.bytes.size() != 1) throw Refused{wrong};
        Value security = one(body, 0x04, Reason::snmp_security);
        if (message.security_model == 3) usm(security);
        Value data = any(body);
        message.has_header = true;
        message.encrypted = data.tag == 0x04;
        if (message.encrypted) return;
        if (data.tag != 0x30) throw Refused{Reason::snmp_scoped_pdu};
        message.context_engine_id = one(data, 0x04, Reason::snmp_scoped_pdu).place();
        message.context_name = one(data, 0x04, Reason::snmp_scoped_pdu).place();
        pdu(data, 2);
    }

    void usm(Value& parameters) {
        const Reason wrong = Reason::snmp_security;
        Value sequence = one(parameters, 0x30, wrong);
        message.engine_id = one(sequence, 0x04, wrong).place();
        message.engine_boots = static_cast<uint32_t>(number(sequence, 0x02, wrong));
        message.engine_time = static_cast<uint32_t>(number(sequence, 0x02, wrong));
        message.user = one(sequence, 0x04, wrong).place();
        message.authentication = one(sequence, 0x04, wrong).place();
        message.privacy = one(sequence, 0x04, wrong).place();
    }

    // `depth` counts the constructed values that enclose `in`'s content.
    void pdu(Value& in, int depth) {
        const Reason wrong = Reason::snmp_pdu_field;
        Value fields = any(in);
        if (!in.done()) message.trailing += 1;
        if (fields.tag < 0xA0 || fields.tag > 0xA8) throw Refused{Reason::snmp_pdu_tag};
        message.pdu = fields.tag;
        if (fields.tag == 0xA4) {
            message.enterprise = one(fields, 0x06, wrong).place();
            message.agent_address = one(fields, 0x40, wrong).place();
            message.generic = static_cast<int32_t>(number(fields, 0x02, wrong));
            message.specific = static_cast<int32_t>(number(fields, 0x02, wrong));
            message.timestamp = static_cast<uint32_t>(number(fields, 0x43, wrong));
            address(message.agent_address);
        } else {
            message.request_id = static_cast<int32_t>(number(fields, 0x02, wrong));
            message.error_status = number(fields, 0x02, wrong);
            message.error_index = number(fields, 0x02, wrong);
        }
        varbind_list(fields, depth + 1);
    }

    static void address(const Place& place) {
        if (place.size != 4 && place.size != 0) throw Refused{Reason::snmp_ipaddress_size};
    }

    void varbind_list(Value& fields, int depth) {
        const bool nothing = fields.left() == 0;
        const bool lone_tag = fields.left() == 1 && fields.bytes.back() == 0x30;
        if (message.pdu == 0xA4 && (nothing || lone_tag)) {
            message.missing += 1;
            return;
        }
        Value list = one(fields, 0x30, Reason::snmp_varbind_list);
        if (!fields.done()) message.trailing += 1;
        while (!list.done()) {
            if (message.varbinds.size() == 4096) throw Refused{Reason::snmp_varbind_count};
            varbind(list, depth + 1);
        }
    }

    void varbind(Value& list, int depth) {
        Value pair = one(list, 0x30, Reason::snmp_varbind);
        const Value name = one(pair, 0x06, Reason::snmp_varbind);
        if (name.bytes.empty() || name.bytes.back() > 127) throw Refused{Reason::snmp_oid};
        Value value = any(pair);
        if (!pair.done()) message.trailing += 1;
        if (value.tag == 0x40) address(value.place());
        const Varbind read{name.place(), value.place(), value.tag};
        if (value.constructed()) inside(value, depth + 2);
        message.varbinds.push_back(read);
    }

    // A constructed value that is itself the `depth`th, counted from the message.
    void inside(Value& value, int depth) {
        if (depth > 8) throw Refused{Reason::ber_depth};
        while (!value.done()) {
            Value child = any(value);
            if (child.constructed()) inside(child, depth + 1);
        }
    }
};

}  // namespace

Message decode(std::span<const uint8_t> payload, size_t at) {
    MessageReader reader;
    reader.run(payload, at);
    return reader.message;
}

}  // namespace snmpgate::model

#pragma once

#include <memory>

#include "support/bytes.hpp"
#include "support/snmp_builder.hpp"
#include "wire/snmp.hpp"

namespace snmpgate::test {

// A message through the decoder under test. It is made to stand behind a few bytes and before a few others, as in a
// frame; text of spans is taken from there.
class Decoded {
 public:
    explicit Decoded(const Bytes& payload)
        : frame_(joined({Bytes(kBefore, 0x30), payload, Bytes(kBehind, 0x30)})),
          message_(std::make_unique<wire::snmp::Message>()),
          reason_(wire::snmp::decode(
              frame_, wire::Span{static_cast<uint16_t>(kBefore), static_cast<uint16_t>(payload.size())}, *message_)) {}
    explicit Decoded(const Snmp& message) : Decoded(message.bytes()) {}

    [[nodiscard]] Reason reason() const { return reason_; }
    [[nodiscard]] const wire::snmp::Message& message() const { return *message_; }
    [[nodiscard]] Bytes at(wire::Span span) const {
        return {frame_.begin() + span.offset, frame_.begin() + static_cast<long>(span.end())};
    }

 private:
    static constexpr size_t kBefore = 42, kBehind = 6;
    Bytes frame_;
    std::unique_ptr<wire::snmp::Message> message_;
    Reason reason_;
};

inline Reason reason_of(const Bytes& payload) { return Decoded{payload}.reason(); }
inline Reason reason_of(const Snmp& message) { return Decoded{message}.reason(); }

}  // namespace snmpgate::test

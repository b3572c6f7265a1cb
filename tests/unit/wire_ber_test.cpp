#include <gtest/gtest.h>

#include "support/print.hpp"
#include "support/snmp_builder.hpp"
#include "wire/ber.hpp"

namespace snmpgate::wire::ber {
namespace {

using test::Bytes;
using test::hex;

struct Read {
    Reason reason;
    uint8_t tag;
    Span content;
    Oddities odd;
};

Read read(const Bytes& bytes) {
    Cursor in{bytes};
    Tlv tlv;
    Oddities odd;
    const Reason reason = read_tlv(in, tlv, odd);
    return {reason, tlv.tag, reason == Reason::none ? tlv.content.rest() : Span{}, odd};
}

TEST(Ber, ShortForm) {
    EXPECT_EQ(read(hex("04 00")).content, (Span{2, 0}));
    EXPECT_EQ(read(hex("04 02 61 62 63")).content, (Span{2, 2}));
    EXPECT_EQ(read(hex("04 02 61 62")).tag, tag::kOctetString);
    EXPECT_EQ(read(test::ber::tlv(4, Bytes(127))).content, (Span{2, 127}));
}

TEST(Ber, LongForm) {
    for (const size_t size : {size_t{128}, size_t{255}, size_t{256}, size_t{65000}}) {
        const Read shortest = read(test::ber::tlv(4, Bytes(size)));
        EXPECT_EQ(shortest.reason, Reason::none);
        EXPECT_EQ(shortest.content.size, size);
        EXPECT_EQ(shortest.odd.long_lengths, 0) << size;
    }
}

TEST(Ber, LongerLengthsThanNeededAreCounted) {
    for (unsigned octets = 1; octets <= 4; ++octets) {
        const Read padded = read(test::ber::tlv(4, Bytes(3), octets));
        EXPECT_EQ(padded.reason, Reason::none) << octets;
        EXPECT_EQ(padded.content, (Span{static_cast<uint16_t>(2 + octets), 3}));
        EXPECT_EQ(padded.odd.long_lengths, 1);
    }
    EXPECT_EQ(read(test::ber::tlv(4, Bytes(200), 2)).odd.long_lengths, 1);
}

TEST(Ber, FiveLengthOctetsAndTheReservedFormAreRefused) {
    EXPECT_EQ(read(test::ber::tlv(4, Bytes(3), 5)).reason, Reason::ber_length_octets);
    EXPECT_EQ(read(test::ber::tlv(4, Bytes(3), 8)).reason, Reason::ber_length_octets);
    EXPECT_EQ(read(hex("04 ff 00")).reason, Reason::ber_length_octets);
}

TEST(Ber, IndefiniteIsRefused) { EXPECT_EQ(read(hex("30 80 05 00 00 00")).reason, Reason::ber_indefinite); }

TEST(Ber, MultiOctetTagsAreRefused) {
    EXPECT_EQ(read(hex("1f 81 01 00")).reason, Reason::ber_tag);
    EXPECT_EQ(read(hex("bf 01 00")).reason, Reason::ber_tag);
    EXPECT_EQ(read(hex("be 00")).reason, Reason::none);
}

TEST(Ber, LengthsBeyondWhatIsThere) {
    EXPECT_EQ(read({}).reason, Reason::ber_truncated);
    EXPECT_EQ(read(hex("04")).reason, Reason::ber_truncated);
    EXPECT_EQ(read(hex("04 01")).reason, Reason::ber_truncated);
    EXPECT_EQ(read(hex("04 03 61 62")).reason, Reason::ber_truncated);
    EXPECT_EQ(read(hex("04 82 01")).reason, Reason::ber_truncated) << "length octets missing";
    EXPECT_EQ(read(hex("04 84 ff ff ff ff 00")).reason, Reason::ber_truncated);
}

TEST(Ber, AValueMayNotReachBeyondWhatEnclosesIt) {
    const Bytes bytes = hex("30 03 04 02 61 62");
    Cursor in{bytes};
    Tlv outer, inner;
    Oddities odd;
    ASSERT_EQ(read_tlv(in, outer, odd), Reason::none);
    EXPECT_EQ(read_tlv(outer.content, inner, odd), Reason::ber_truncated) << "the byte is there, but not inside";
}

TEST(Ber, AnotherTagThanAskedFor) {
    const Bytes bytes = hex("04 01 61");
    Cursor in{bytes}, content;
    Oddities odd;
    EXPECT_EQ(read_tlv(in, tag::kInteger, Reason::snmp_pdu_field, content, odd), Reason::snmp_pdu_field);
}

struct Number {
    Reason reason;
    int64_t value;
    unsigned long_integers;
};

Number number(const Bytes& content) {
    Number result{};
    Oddities odd;
    result.reason = integer(Cursor{content}, result.value, odd);
    result.long_integers = odd.long_integers;
    return result;
}

TEST(BerInteger, IsSignExtended) {
    EXPECT_EQ(number(hex("00")).value, 0);
    EXPECT_EQ(number(hex("7f")).value, 127);
    EXPECT_EQ(number(hex("ff")).value, -1);
    EXPECT_EQ(number(hex("80")).value, -128);
    EXPECT_EQ(number(hex("00 80")).value, 128);
    EXPECT_EQ(number(hex("80 00 00 00")).value, INT32_MIN);
    EXPECT_EQ(number(hex("00 ff ff ff ff")).value, 0xFFFFFFFFll);
    EXPECT_EQ(number(hex("80 00 00 00 00 00 00 00")).value, INT64_MIN);
    EXPECT_EQ(number(hex("7f ff ff ff ff ff ff ff")).value, INT64_MAX);
}

TEST(BerInteger, OctetsThatSayNothingAreCounted) {
    EXPECT_EQ(number(hex("00 7f")).long_integers, 1u);
    EXPECT_EQ(number(hex("00 00 00 01")).long_integers, 1u);
    EXPECT_EQ(number(hex("ff ff")).long_integers, 1u);
    EXPECT_EQ(number(hex("ff 80")).long_integers, 1u);
    EXPECT_EQ(number(hex("00 80")).long_integers, 0u) << "the shortest of 128";
    EXPECT_EQ(number(hex("ff 7f")).long_integers, 0u) << "the shortest of -129";
    EXPECT_EQ(number(hex("00")).long_integers, 0u);
    EXPECT_EQ(number(hex("00 00 00 00 00 00 00 05")).value, 5);
}

TEST(BerInteger, OfNoOctetsOrMoreThanEight) {
    EXPECT_EQ(number({}).reason, Reason::ber_integer_empty);
    EXPECT_EQ(number(Bytes(8)).reason, Reason::none);
    EXPECT_EQ(number(Bytes(9)).reason, Reason::ber_integer_size);
    EXPECT_EQ(number(Bytes(300)).reason, Reason::ber_integer_size);
}

// `levels` constructed values inside one another, the innermost holding a NULL.
Bytes nested(int levels) {
    Bytes bytes = test::ber::null();
    for (int i = 0; i < levels; ++i) bytes = test::ber::sequence({bytes});
    return bytes;
}

Reason check(const Bytes& content, unsigned depth) {
    Oddities odd;
    return check_nested(Cursor{content}, depth, odd);
}

TEST(BerNested, DepthUpToTheMost) {
    EXPECT_EQ(check(nested(0), 8), Reason::none);
    EXPECT_EQ(check(nested(1), 8), Reason::ber_depth);
    EXPECT_EQ(check(nested(3), 5), Reason::none) << "5 around it and 3 inside: 8";
    EXPECT_EQ(check(nested(4), 5), Reason::ber_depth);
    EXPECT_EQ(check(nested(1000), 5), Reason::ber_depth);
    EXPECT_EQ(check(nested(0), 9), Reason::ber_depth);
}

TEST(BerNested, EveryBranchIsChecked) {
    using test::ber::sequence;
    EXPECT_EQ(check(sequence({nested(1), nested(1), nested(1)}), 5), Reason::none);
    EXPECT_EQ(check(test::joined({nested(1), nested(4)}), 5), Reason::ber_depth);
    EXPECT_EQ(check(test::joined({nested(2), hex("04 05 61")}), 5), Reason::ber_truncated);
    EXPECT_EQ(check(hex("30 03 04 02 61 62"), 5), Reason::ber_truncated);
    EXPECT_EQ(check({}, 5), Reason::none);
}

}  // namespace
}  // namespace snmpgate::wire::ber

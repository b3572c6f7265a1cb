#include <gtest/gtest.h>

#include "support/decode.hpp"
#include "support/print.hpp"
#include "support/vectors.hpp"
#include "wire/snmp.hpp"

namespace snmpgate::wire::snmp {
namespace {

namespace ber = test::ber;
using test::Bytes;
using test::Decoded;
using test::hex;
using test::reason_of;
using test::Snmp;
using test::text;

constexpr std::string_view kAddressName = "1.3.6.1.2.1.4.20.1.1.10.1.2.3";

TEST(Snmp, V2cResponse) {
    const Decoded decoded{Snmp::v2c("campus").response(70000, 5, 2).ip(kAddressName, "10.1.2.3").null("1.3.6.1")};
    ASSERT_EQ(decoded.reason(), Reason::none);
    const Message& message = decoded.message();
    EXPECT_EQ(message.version, Version::v2c);
    EXPECT_TRUE(message.has_header);
    EXPECT_FALSE(message.is_signed());
    EXPECT_EQ(decoded.at(message.community), text("campus"));
    EXPECT_EQ(message.pdu, pdu::kResponse);
    EXPECT_EQ(message.request_id, 70000);
    EXPECT_EQ(message.error_status, 5);
    EXPECT_EQ(message.error_index, 2);
    ASSERT_EQ(message.list().size(), 2u);
    EXPECT_EQ(decoded.at(message.varbinds[0].name), ber::oid_content(kAddressName));
    EXPECT_EQ(message.varbinds[0].tag, wire::ber::tag::kIpAddress);
    EXPECT_EQ(decoded.at(message.varbinds[0].value), test::ip("10.1.2.3"));
    EXPECT_EQ(message.varbinds[1].tag, wire::ber::tag::kNull);
    EXPECT_EQ(message.varbinds[1].value.size, 0);
    EXPECT_EQ(message.odd.long_lengths + message.odd.long_integers + message.odd.trailing + message.odd.missing, 0);
}

TEST(Snmp, EveryPduOfEveryVersion) {
    for (uint8_t tag = pdu::kGet; tag <= pdu::kReport; ++tag) {
        if (tag == pdu::kTrapV1) continue;
        for (Snmp message : {Snmp::v1(), Snmp::v2c(), Snmp::v3()}) {
            const Decoded decoded{message.pdu(tag, -7, 0, 10).ip(kAddressName, "10.1.2.3")};
            EXPECT_EQ(decoded.reason(), Reason::none) << int{tag};
            EXPECT_EQ(decoded.message().pdu, tag);
            EXPECT_EQ(decoded.message().request_id, -7);
            EXPECT_EQ(decoded.message().error_index, 10);
            EXPECT_EQ(decoded.message().list().size(), 1u);
        }
    }
    EXPECT_EQ(reason_of(Snmp::v2c().pdu(0xA9, 1)), Reason::snmp_pdu_tag);
    EXPECT_EQ(reason_of(Snmp::v2c().pdu(0x9F, 1)), Reason::ber_tag);
    EXPECT_EQ(reason_of(Snmp::v2c().pdu(0x30, 1)), Reason::snmp_pdu_tag);
}

// Requirement D3: the agent address stands outside the varbind list.
TEST(Snmp, V1Trap) {
    const Decoded decoded{Snmp::v1()
                              .trap_v1({.agent = "10.1.2.3", .generic = 6, .specific = 42, .ticks = 4711})
                              .ip(kAddressName, "10.1.2.4")};
    ASSERT_EQ(decoded.reason(), Reason::none);
    const TrapV1& trap = decoded.message().trap;
    EXPECT_EQ(decoded.at(trap.enterprise), ber::oid_content("1.3.6.1.4.1.9.1.1"));
    EXPECT_EQ(decoded.at(trap.agent_address), test::ip("10.1.2.3"));
    EXPECT_EQ(trap.generic, 6);
    EXPECT_EQ(trap.specific, 42);
    EXPECT_EQ(trap.timestamp, 4711u);
    EXPECT_EQ(decoded.message().list().size(), 1u);
    EXPECT_EQ(decoded.message().request_id, 0);
}

TEST(Snmp, V3Plain) {
    const Decoded decoded{
        Snmp::v3({.message_id = 77, .max_size = 1472, .boots = 3, .time = 99, .context_name = text("c")})
            .response(5)
            .ip(kAddressName, "10.1.2.3")};
    ASSERT_EQ(decoded.reason(), Reason::none);
    const Message& message = decoded.message();
    EXPECT_EQ(message.version, Version::v3);
    EXPECT_EQ(message.v3.message_id, 77u);
    EXPECT_EQ(message.v3.max_size, 1472u);
    EXPECT_EQ(message.v3.flags, V3Header::kReportable);
    EXPECT_EQ(message.v3.security_model, V3Header::kUsm);
    EXPECT_EQ(decoded.at(message.v3.engine_id), hex("80001f88030200000000 01"));
    EXPECT_EQ(message.v3.engine_boots, 3u);
    EXPECT_EQ(message.v3.engine_time, 99u);
    EXPECT_EQ(decoded.at(message.v3.user), text("operator"));
    EXPECT_EQ(decoded.at(message.v3.context_engine_id), hex("80001f88030200000000 01"));
    EXPECT_EQ(decoded.at(message.v3.context_name), text("c"));
    EXPECT_FALSE(message.is_signed());
    EXPECT_FALSE(message.encrypted);
    EXPECT_EQ(message.request_id, 5);
    EXPECT_EQ(message.list().size(), 1u);
}

TEST(Snmp, V3SignedAndEncrypted) {
    const Decoded authenticated{Snmp::v3({.flags = 5, .authentication = Bytes(12, 0xAB)}).get(1)};
    EXPECT_EQ(authenticated.reason(), Reason::none);
    EXPECT_TRUE(authenticated.message().is_signed());
    EXPECT_EQ(authenticated.at(authenticated.message().v3.authentication), Bytes(12, 0xAB));

    const Decoded secret{
        Snmp::v3({.flags = 7, .authentication = Bytes(12), .privacy = Bytes(8, 1), .encrypted = Bytes(64)})};
    EXPECT_EQ(secret.reason(), Reason::none);
    EXPECT_TRUE(secret.message().encrypted);
    EXPECT_TRUE(secret.message().has_header);
    EXPECT_EQ(secret.message().pdu, 0) << "nothing inside is seen";
    EXPECT_EQ(secret.at(secret.message().v3.privacy), Bytes(8, 1));
}

TEST(Snmp, V3OfAnotherSecurityModel) {
    const Decoded decoded{Snmp::v3({.security_model = 2, .security = text("its own affair")}).get(1)};
    EXPECT_EQ(decoded.reason(), Reason::none);
    EXPECT_EQ(decoded.message().v3.user, Span{});
}

TEST(Snmp, V3HeadersThatAreWrong) {
    const auto v3 = [](const Bytes& global, const Bytes& security, const Bytes& data) {
        return reason_of(ber::sequence({ber::integer(3), global, security, data}));
    };
    const auto global = [](const Bytes& flags) {
        return ber::sequence({ber::integer(1), ber::integer(484), ber::octets(flags), ber::integer(3)});
    };
    const Bytes good = global({4});
    const Bytes usm = ber::octets(ber::sequence(
        {ber::octets(""), ber::integer(0), ber::integer(0), ber::octets(""), ber::octets(""), ber::octets("")}));
    EXPECT_EQ(v3(good, usm, ber::octets("secret")), Reason::none);
    EXPECT_EQ(v3(global({}), usm, ber::null()), Reason::snmp_header) << "RFC 3412: flags are one octet";
    EXPECT_EQ(v3(global({0, 0}), usm, ber::null()), Reason::snmp_header);
    EXPECT_EQ(v3(ber::octets(""), usm, ber::null()), Reason::snmp_header);
    EXPECT_EQ(v3(ber::sequence({ber::null()}), usm, ber::null()), Reason::snmp_header);
    EXPECT_EQ(v3(good, ber::null(), ber::null()), Reason::snmp_security);
    EXPECT_EQ(v3(good, ber::octets(ber::tlv(0x31, {})), ber::null()), Reason::snmp_security) << "USM is a SEQUENCE";
    EXPECT_EQ(v3(good, ber::octets(ber::sequence({ber::null()})), ber::null()), Reason::snmp_security);
    EXPECT_EQ(v3(good, ber::octets(Bytes{}), ber::null()), Reason::ber_truncated);
    EXPECT_EQ(v3(good, usm, ber::null()), Reason::snmp_scoped_pdu);
    EXPECT_EQ(v3(good, usm, ber::sequence({ber::null()})), Reason::snmp_scoped_pdu);
    EXPECT_EQ(v3(good, usm, {}), Reason::ber_truncated);
}

TEST(Snmp, WhatStandsInFront) {
    EXPECT_EQ(reason_of(Bytes{}), Reason::snmp_empty);
    EXPECT_EQ(reason_of(ber::tlv(0x31, {})), Reason::snmp_message);
    EXPECT_EQ(reason_of(ber::sequence({ber::integer(2)})), Reason::snmp_version);
    EXPECT_EQ(reason_of(ber::sequence({ber::integer(-1)})), Reason::snmp_version);
    EXPECT_EQ(reason_of(ber::sequence({ber::integer(int64_t{1} << 32)})), Reason::snmp_version);
    EXPECT_EQ(reason_of(ber::sequence({ber::octets("1")})), Reason::snmp_version);
    EXPECT_EQ(reason_of(ber::sequence({ber::integer(0), ber::integer(0)})), Reason::snmp_community);
    EXPECT_EQ(reason_of(ber::sequence({ber::integer(0), ber::octets("public")})), Reason::ber_truncated);
}

TEST(Snmp, TheHeaderIsValidWhereTheRestWasRefused) {
    const Decoded refused{ber::sequence({ber::integer(1), ber::octets("public"), ber::tlv(0xA0, hex("05 00"))})};
    EXPECT_EQ(refused.reason(), Reason::snmp_pdu_field);
    EXPECT_TRUE(refused.message().has_header);
    EXPECT_EQ(refused.message().version, Version::v2c);
    EXPECT_EQ(refused.at(refused.message().community), text("public"));
    EXPECT_FALSE(Decoded{ber::sequence({ber::integer(1)})}.message().has_header);
}

TEST(Snmp, FieldsAndListsThatAreWrong) {
    const auto pdu = [](std::initializer_list<Bytes> parts) {
        return reason_of(ber::sequence({ber::integer(1), ber::octets("public"), ber::tlv(0xA0, test::joined(parts))}));
    };
    const Bytes zero = ber::integer(0);
    EXPECT_EQ(pdu({zero, zero, zero, ber::sequence({})}), Reason::none);
    EXPECT_EQ(pdu({zero, ber::null(), zero, ber::sequence({})}), Reason::snmp_pdu_field);
    EXPECT_EQ(pdu({zero, zero, ber::tlv(2, Bytes(9)), ber::sequence({})}), Reason::ber_integer_size);
    EXPECT_EQ(pdu({zero, zero, zero, ber::tlv(0x31, {})}), Reason::snmp_varbind_list);
    EXPECT_EQ(pdu({zero, zero, zero}), Reason::ber_truncated);
    EXPECT_EQ(pdu({zero, zero, zero, ber::sequence({ber::null()})}), Reason::snmp_varbind);
    EXPECT_EQ(pdu({zero, zero, zero, ber::sequence({ber::sequence({ber::null(), ber::null()})})}),
              Reason::snmp_varbind);
    EXPECT_EQ(pdu({zero, zero, zero, ber::sequence({ber::sequence({ber::oid("1.3.6")})})}), Reason::ber_truncated);
}

TEST(Snmp, RequestIdsAsAgentsSendThem) {
    const Decoded decoded{Snmp::v2c().get(0xFFFFFFFF)};
    EXPECT_EQ(decoded.reason(), Reason::none) << "unsigned: BER gives it a fifth octet";
    EXPECT_EQ(decoded.message().request_id, -1);
}

TEST(Snmp, LongLengthsAreTakenAndCounted) {
    const Snmp message = Snmp::v2c().response(1).ip(kAddressName, "10.1.2.3");
    for (unsigned octets = 1; octets <= 4; ++octets) {
        const Decoded decoded{Snmp{message}.long_lengths(octets)};
        ASSERT_EQ(decoded.reason(), Reason::none) << octets;
        EXPECT_EQ(decoded.message().odd.long_lengths, 11) << "every length of the message";
        EXPECT_EQ(decoded.at(decoded.message().varbinds[0].value), test::ip("10.1.2.3"));
    }
    EXPECT_EQ(reason_of(Snmp{message}.long_lengths(5)), Reason::ber_length_octets);
}

TEST(Snmp, FourThousandAndNinetySixVarbindsAndNoMore) {
    Snmp message = Snmp::v2c().response(1);
    for (size_t i = 0; i < kMaxVarbinds; ++i) message.null("1.3");
    const Decoded full{message};
    EXPECT_EQ(full.reason(), Reason::none);
    EXPECT_EQ(full.message().list().size(), kMaxVarbinds);
    EXPECT_EQ(reason_of(message.null("1.3")), Reason::snmp_varbind_count);
}

TEST(Snmp, BytesBehindAreTakenAndCounted) {
    const Bytes message = Snmp::v2c().get(1).null("1.3").bytes();
    const Decoded decoded{test::joined({message, hex("00 00")})};
    EXPECT_EQ(decoded.reason(), Reason::none);
    EXPECT_EQ(decoded.message().odd.trailing, 1);
}

TEST(Snmp, ConstructedValuesMayNestToADepthOfEight) {
    const auto nested = [](Snmp message, int levels) {
        Bytes value = ber::null();
        for (int i = 0; i < levels; ++i) value = ber::sequence({value});
        return reason_of(message.response(1).varbind("1.3", value));
    };
    EXPECT_EQ(nested(Snmp::v2c(), 4), Reason::none) << "message, PDU, list, varbind and 4 more";
    EXPECT_EQ(nested(Snmp::v2c(), 5), Reason::ber_depth);
    EXPECT_EQ(nested(Snmp::v3(), 3), Reason::none) << "the scoped PDU is one more";
    EXPECT_EQ(nested(Snmp::v3(), 4), Reason::ber_depth);
    EXPECT_EQ(nested(Snmp::v1(), 300), Reason::ber_depth);
}

// A worker decodes into the same Message again and again.
TEST(Snmp, NothingOfTheMessageBeforeIsSeen) {
    const Bytes rich = Snmp::v3({.flags = 5}).response(9, 1, 2).ip(kAddressName, "10.1.2.3").bytes();
    const Bytes trap = Snmp::v1().trap_v1().bytes();
    auto message = std::make_unique<Message>();
    const auto decode_whole = [&](const Bytes& bytes) {
        return decode(bytes, {0, static_cast<uint16_t>(bytes.size())}, *message);
    };
    ASSERT_EQ(decode_whole(test::joined({rich, hex("00")})), Reason::none);
    EXPECT_EQ(message->odd.trailing, 1);
    ASSERT_EQ(decode_whole(trap), Reason::none);
    EXPECT_EQ(message->odd.trailing, 0);
    EXPECT_FALSE(message->is_signed());
    EXPECT_EQ(message->request_id, 0);
    EXPECT_EQ(message->list().size(), 0u);
    EXPECT_EQ(message->v3.engine_id, Span{});
    ASSERT_EQ(decode_whole(hex("30 00")), Reason::ber_truncated);
    EXPECT_FALSE(message->has_header);
    EXPECT_EQ(message->pdu, 0);
    EXPECT_EQ(message->trap.agent_address, Span{});
    EXPECT_EQ(message->community, Span{});
}

TEST(Snmp, Rfc2962sAppendixA) {
    const Bytes packet = test::rfc2962_appendix_a();
    const Decoded decoded{Bytes{packet.begin() + 28, packet.end()}};
    ASSERT_EQ(decoded.reason(), Reason::none);
    EXPECT_EQ(decoded.message().version, Version::v1);
    EXPECT_EQ(decoded.message().request_id, 0x6CF20C5C);
    EXPECT_EQ(decoded.message().odd.long_lengths, 4) << "82 00 3E and its like";
    ASSERT_EQ(decoded.message().list().size(), 1u);
    EXPECT_EQ(decoded.at(decoded.message().varbinds[0].name),
              ber::oid_content("1.3.6.1.2.1.7.5.1.1.192.180.140.202.520"));
    EXPECT_EQ(decoded.at(decoded.message().varbinds[0].value), test::ip("135.180.140.202"));
}

// Every prefix of a message of every kind ends in a Reason; exact buffers, so that ASan sees the first byte too far.
TEST(Snmp, TruncatedAnywhere) {
    auto message = std::make_unique<Message>();
    for (const Bytes& whole :
         {Snmp::v1().trap_v1().ip(kAddressName, "10.1.2.3").bytes(), Snmp::v2c().response(1).null("1.3").bytes(),
          Snmp::v3().get_bulk(1, 0, 10).null("1.3").bytes(), Snmp::v3({.flags = 7, .encrypted = Bytes(16)}).bytes()}) {
        for (size_t size = 0; size < whole.size(); ++size) {
            const Bytes cut{whole.begin(), whole.begin() + static_cast<long>(size)};
            EXPECT_EQ(decode(cut, {0, static_cast<uint16_t>(size)}, *message),
                      size == 0 ? Reason::snmp_empty : Reason::ber_truncated)
                << size << " of " << whole.size();
            EXPECT_EQ(decode(cut, {0, static_cast<uint16_t>(whole.size())}, *message), Reason::ber_truncated)
                << "a payload that reaches beyond its frame";
        }
    }
}

}  // namespace
}  // namespace snmpgate::wire::snmp

#include <random>

#include <gtest/gtest.h>

#include "support/frame_builder.hpp"
#include "support/vectors.hpp"
#include "wire/checksum.hpp"

namespace snmpgate::wire {
namespace {

using test::Bytes;
using test::hex;
using test::internet_checksum;

// Requirement V3: the checksum after one byte of a packet was replaced, as RFC 2962 (4.3, Figure 3) describes it, in
// our own words. The checksum's complement is the one's complement sum; the byte's weight is taken out of it and the
// new one's put in, with the carry going around at the end. `high`: the byte is the first of its 16-bit word.
uint16_t after_byte(uint16_t checksum, uint8_t before, uint8_t after, bool high) {
    const int weight = high ? 256 : 1;
    int sum = 0xFFFF - checksum;
    sum -= before * weight;
    if (sum <= 0) sum += 0xFFFF;
    sum += after * weight;
    if (sum > 0xFFFF) sum -= 0xFFFF;
    return static_cast<uint16_t>(0xFFFF - sum);
}

TEST(Checksum, SumOfRfc1071sExample) {
    EXPECT_EQ(sum(hex("00 01 f2 03 f4 f5 f6 f7")), 0xDDF2);  // RFC 1071, 3
}

TEST(Checksum, SumOfNothingAndOfOneByte) {
    EXPECT_EQ(sum({}), 0);
    EXPECT_EQ(sum(hex("ab")), 0xAB00);
    EXPECT_EQ(sum(hex("ab"), true), 0x00AB);
}

TEST(Checksum, SumFromALowByteIsSwapped) {
    EXPECT_EQ(sum(hex("12 34 56"), true), 0x0012 + 0x3456);
    EXPECT_EQ(sum(hex("12 34 56"), false), 0x1234 + 0x5600);
}

TEST(Checksum, SumOf64KiBOfOnesDoesNotOverflow) { EXPECT_EQ(sum(Bytes(65536, 0xFF)), 0xFFFF); }

TEST(Checksum, UpdateOfRfc1624sExample) {
    EXPECT_EQ(update(0xDD2F, 0x5555, 0x3285), 0x0000);  // RFC 1624, 4
}

TEST(Checksum, AWrongChecksumStaysWrongByTheSameAmount) { EXPECT_EQ(update(0xDD2F + 1, 0x5555, 0x3285), 0x0001); }

// Requirement V2: the value of the printed packet put back to 192.180.140.202 under the printed checksum is right, and
// translated to 135.180.140.202 it must carry 0x0C66.
TEST(Checksum, OfRfc2962sAppendixA) {
    Bytes packet = test::rfc2962_appendix_a();
    const std::span ip{packet.data(), 20};
    test::set16(packet, 10, 0);
    EXPECT_EQ(internet_checksum(ip), 0x0C06) << "the printed header checksum, 0x3900, is wrong";

    const Bytes ends{packet.begin() + 12, packet.begin() + 20};
    const size_t value = packet.size() - 4;
    packet[value] = 192;
    EXPECT_EQ(test::Frame::transport_checksum(ends, 17, {packet.begin() + 20, packet.end()}), 0)
        << "the printed UDP checksum is that of the packet before translation";

    const uint16_t before = sum(hex("c0 b4 8c ca"), value % 2 != 0), after = sum(hex("87 b4 8c ca"), value % 2 != 0);
    EXPECT_EQ(update(0xD365, before, after), 0x0C66);
}

// A packet's bytes change at any place, any number of them, to any values.
TEST(Checksum, UpdateEqualsRecomputationInAHundredThousandRandomCases) {
    std::mt19937 random{2962};
    const auto below = [&](size_t limit) { return static_cast<size_t>(random()) % limit; };
    size_t odd_offsets = 0, odd_sizes = 0;
    for (int round = 0; round < 100'000; ++round) {
        Bytes packet(2 + below(120));
        for (uint8_t& byte : packet) byte = static_cast<uint8_t>(random());
        if (round % 16 == 0) packet.assign(packet.size(), round % 32 == 0 ? uint8_t{0x00} : uint8_t{0xFF});
        packet[0] |= 1;  // a header is never all zeroes, so its sum never is
        const size_t at = 1 + below(packet.size() - 1), size = 1 + below(packet.size() - at);
        const Bytes before{packet.begin() + static_cast<long>(at), packet.begin() + static_cast<long>(at + size)};
        const uint16_t old_checksum = internet_checksum(packet);

        uint16_t by_bytes = old_checksum;
        for (size_t i = at; i < at + size; ++i) {
            const auto byte = static_cast<uint8_t>(round % 7 == 0 ? 0xFF : random());
            by_bytes = after_byte(by_bytes, packet[i], byte, i % 2 == 0);
            packet[i] = byte;
        }
        const std::span after{packet.data() + at, size};
        const bool odd = at % 2 != 0;
        const uint16_t expected = internet_checksum(packet);
        ASSERT_EQ(update(old_checksum, sum(before, odd), sum(after, odd)), expected)
            << "round " << round << ", " << size << " bytes at " << at << " of " << packet.size();
        ASSERT_EQ(by_bytes, expected) << "byte by byte, round " << round;
        odd_offsets += odd;
        odd_sizes += size % 2;
    }
    EXPECT_GT(odd_offsets, 40'000u);
    EXPECT_GT(odd_sizes, 40'000u);
}

// Requirement D2: RFC 2962 counts bytes from 1, so its "odd" is the high byte of a word; ours counts from 0.
TEST(Checksum, OddMeansTheLowByteOfAWord) {
    const uint16_t checksum = internet_checksum(hex("45 00 0a 01"));
    EXPECT_EQ(update(checksum, sum(hex("0a"), false), sum(hex("ac"), false)), internet_checksum(hex("45 00 ac 01")));
    EXPECT_EQ(update(checksum, sum(hex("01"), true), sum(hex("fe"), true)), internet_checksum(hex("45 00 0a fe")));
    EXPECT_EQ(after_byte(checksum, 0x0A, 0xAC, true), internet_checksum(hex("45 00 ac 01")));
}

}  // namespace
}  // namespace snmpgate::wire

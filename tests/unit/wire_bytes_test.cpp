#include <gtest/gtest.h>

#include "support/print.hpp"
#include "wire/bytes.hpp"

namespace snmpgate::wire {
namespace {

using test::hex;

template <typename T>
test::Bytes as_bytes(const T& value) {
    const auto raw = std::bit_cast<std::array<uint8_t, sizeof(T)>>(value);
    return {raw.begin(), raw.end()};
}

TEST(BigEndian, LiesMostSignificantByteFirst) {
    EXPECT_EQ(as_bytes(be16{0x0102}), hex("01 02"));
    EXPECT_EQ(as_bytes(be32{0x01020304}), hex("01 02 03 04"));
    EXPECT_EQ(as_bytes(be64{0x0102030405060708}), hex("01 02 03 04 05 06 07 08"));
    EXPECT_EQ(as_bytes(be16{}), hex("00 00"));
}

TEST(BigEndian, ComesBackAsItWentIn) {
    for (const uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{0x8000}, uint64_t{0xFEDC'BA98'7654'3210}}) {
        EXPECT_EQ(be16{static_cast<uint16_t>(value)}.host(), static_cast<uint16_t>(value));
        EXPECT_EQ(be32{static_cast<uint32_t>(value)}.host(), static_cast<uint32_t>(value));
        EXPECT_EQ(be64{value}.host(), value);
    }
}

TEST(BigEndian, IsEqualByValue) {
    EXPECT_TRUE(be16{161} == be16{161});
    EXPECT_FALSE(be16{161} == be16{0xA100});
}

TEST(Mac, GroupBitIsTheFirstByteSent) {
    EXPECT_FALSE((Mac{{0x02, 0, 0, 0, 0, 1}}.is_group()));
    EXPECT_TRUE((Mac{{0x01, 0, 0x5E, 0, 0, 1}}.is_group()));
    EXPECT_TRUE((Mac{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}}.is_group()));
}

TEST(Mac, KeyIsTheAddressInTheLow48Bits) {
    EXPECT_EQ((Mac{{0x02, 0x03, 0x04, 0x05, 0x06, 0x07}}.key()), 0x020304050607u);
    EXPECT_EQ((Mac{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}}.key()), 0xFFFFFFFFFFFFu);
}

TEST(Ipv4, IsInNetworkOrder) {
    EXPECT_EQ(as_bytes(Ipv4{0x0A010203}), test::ip("10.1.2.3"));
    EXPECT_EQ(Ipv4{0x0A010203}.host(), 0x0A010203u);
}

static_assert(WireType<be32> && WireType<Mac> && WireType<Ipv6> && WireType<uint8_t>);
static_assert(!WireType<uint32_t>, "a host-order integer is no wire type");

}  // namespace
}  // namespace snmpgate::wire

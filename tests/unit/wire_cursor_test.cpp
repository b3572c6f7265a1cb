#include <limits>

#include <gtest/gtest.h>

#include "support/print.hpp"
#include "wire/cursor.hpp"

namespace snmpgate::wire {
namespace {

using test::Bytes;
using test::hex;

const Bytes kFrame = hex("00 01 02 03 04 05 06 07");

TEST(Cursor, ReadsInOrder) {
    Cursor cursor{kFrame};
    uint8_t one = 0;
    be16 two;
    be32 four;
    ASSERT_TRUE(cursor.read(one));
    ASSERT_TRUE(cursor.read(two));
    ASSERT_TRUE(cursor.read(four));
    EXPECT_EQ(one, 0);
    EXPECT_EQ(two.host(), 0x0102);
    EXPECT_EQ(four.host(), 0x03040506u);
    EXPECT_EQ(cursor.offset(), 7u);
    EXPECT_EQ(cursor.remaining(), 1u);
}

TEST(Cursor, AFailedStepConsumesNothing) {
    Cursor cursor{kFrame};
    ASSERT_TRUE(cursor.skip(6));
    be32 four;
    Cursor nested;
    EXPECT_FALSE(cursor.read(four));
    EXPECT_FALSE(cursor.skip(3));
    EXPECT_FALSE(cursor.take(3, nested));
    EXPECT_EQ(cursor.offset(), 6u);
    EXPECT_TRUE(nested.empty());
    be16 two;
    EXPECT_TRUE(cursor.read(two));
    EXPECT_TRUE(cursor.empty());
}

TEST(Cursor, ReadsNothingAtItsEnd) {
    Cursor cursor{kFrame};
    ASSERT_TRUE(cursor.skip(8));
    uint8_t byte = 0x5A;
    EXPECT_FALSE(cursor.read(byte));
    EXPECT_FALSE(cursor.peek(0, byte));
    EXPECT_EQ(byte, 0x5A);
    EXPECT_TRUE(cursor.skip(0));
}

TEST(Cursor, CountsThatWouldWrapAreBeyondTheEnd) {
    constexpr size_t kHuge = std::numeric_limits<size_t>::max();
    Cursor cursor{kFrame}, nested;
    ASSERT_TRUE(cursor.skip(1));
    uint8_t byte = 0;
    EXPECT_FALSE(cursor.skip(kHuge));
    EXPECT_FALSE(cursor.take(kHuge, nested));
    EXPECT_FALSE(cursor.peek(kHuge, byte));
    EXPECT_EQ(cursor.offset(), 1u);
}

TEST(Cursor, ANestedOneEndsWhereItsValueDoesAndKeepsFrameOffsets) {
    Cursor cursor{kFrame}, nested;
    ASSERT_TRUE(cursor.skip(2));
    ASSERT_TRUE(cursor.take(3, nested));
    EXPECT_EQ(nested.rest(), (Span{2, 3}));
    EXPECT_EQ(cursor.rest(), (Span{5, 3}));
    be16 two;
    ASSERT_TRUE(nested.read(two));
    EXPECT_EQ(two.host(), 0x0203);
    EXPECT_FALSE(nested.read(two)) << "the frame goes on, the value does not";
    EXPECT_EQ(nested.rest(), (Span{4, 1}));
}

TEST(Cursor, PeekLooksAheadAndConsumesNothing) {
    const Cursor cursor{kFrame};
    uint8_t byte = 0;
    EXPECT_TRUE(cursor.peek(7, byte));
    EXPECT_EQ(byte, 7);
    EXPECT_FALSE(cursor.peek(8, byte));
    EXPECT_EQ(cursor.offset(), 0u);
}

TEST(Cursor, AWindowIsCutToTheFrame) {
    EXPECT_EQ((Cursor{kFrame, 2, 5}.rest()), (Span{2, 3}));
    EXPECT_EQ((Cursor{kFrame, 2, 100}.rest()), (Span{2, 6}));
    EXPECT_EQ((Cursor{kFrame, 6, 3}.remaining()), 0u);
    EXPECT_EQ((Cursor{kFrame, 100, 200}.remaining()), 0u);
    EXPECT_TRUE(Cursor{}.empty());
}

TEST(Load, IsZeroWhereTheFrameEnds) {
    EXPECT_EQ(load<be16>(kFrame, 6).host(), 0x0607);
    EXPECT_EQ(load<be16>(kFrame, 7).host(), 0);
    EXPECT_EQ(load<Ipv4>(kFrame, 1).host(), 0x01020304u);
    EXPECT_EQ(load<uint8_t>(kFrame, 8), 0);
}

}  // namespace
}  // namespace snmpgate::wire

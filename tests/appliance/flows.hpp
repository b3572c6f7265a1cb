#pragma once

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "side.hpp"
#include "support/frame_builder.hpp"

// Conversations of numbered frames: what overtakes, gets lost or is doubled on the way shows at the far end.
namespace snmpgate::test {

// Frame `number` of conversation `flow`, from the end that is behind the side it enters by: in turn UDP, TCP and no IP
// at all. The last eight bytes say which it is.
inline Bytes numbered(unsigned flow, unsigned number, Side entered, size_t padding = 0) {
    const bool from_inside = entered == Side::internal;
    const std::string last = std::to_string(flow % 250 + 1);
    const std::string inside = "10.1.0." + last, outside = "198.51.100." + last;
    const std::string inside_mac = "02:00:00:00:01:" + to_hex(Bytes{static_cast<uint8_t>(flow)}),
                      outside_mac = "02:00:00:00:02:" + to_hex(Bytes{static_cast<uint8_t>(flow)});
    Bytes content(padding, 0x5A);
    put32(content, flow);
    put32(content, number);
    Frame frame = from_inside ? Frame().eth(outside_mac, inside_mac) : Frame().eth(inside_mac, outside_mac);
    if (flow % 3 == 2) return frame.payload(content).bytes();
    from_inside ? frame.ipv4(inside, outside) : frame.ipv4(outside, inside);
    const uint16_t source = from_inside ? 5060 : 40000, destination = from_inside ? 40000 : 5060;
    return (flow % 3 == 0 ? frame.udp(source, destination) : frame.tcp(source, destination)).payload(content).bytes();
}

// By flow: the numbers of the frames, in the order they stand.
inline std::map<unsigned, std::vector<unsigned>> numbers_of(const std::vector<Bytes>& frames) {
    const auto get32 = [](const Bytes& bytes, size_t from_end) {
        const size_t at = bytes.size() - from_end;
        return static_cast<unsigned>(get16(bytes, at) << 16 | get16(bytes, at + 2));
    };
    std::map<unsigned, std::vector<unsigned>> numbers;
    for (const Bytes& frame : frames) numbers[get32(frame, 8)].push_back(get32(frame, 4));
    return numbers;
}

// Every frame of flows 0..flows - 1, numbered 0..each - 1: once, and in order.
inline void expect_whole_and_in_order(const std::vector<Bytes>& frames, unsigned flows, unsigned each) {
    EXPECT_EQ(frames.size(), flows * each);
    const auto numbers = numbers_of(frames);
    EXPECT_EQ(numbers.size(), flows);
    std::vector<unsigned> all(each);
    for (unsigned number = 0; number < each; ++number) all[number] = number;
    for (const auto& [flow, seen] : numbers) EXPECT_EQ(seen, all) << "flow " << flow;
}

// In each flow a frame stands behind those numbered lower, though some may be missing.
inline void expect_in_order(const std::vector<Bytes>& frames) {
    for (const auto& [flow, seen] : numbers_of(frames))
        for (size_t i = 1; i < seen.size(); ++i) EXPECT_LT(seen[i - 1], seen[i]) << "flow " << flow;
}

}  // namespace snmpgate::test

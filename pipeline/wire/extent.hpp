#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "reason.hpp"

namespace snmpgate::wire {

// A frame's three sizes. They are equal but for captures that kept only the beginning of each frame, and for frames in
// several segments, whose headers are read from a contiguous copy of the first bytes.
struct Extent {
    std::span<const uint8_t> head;  // contiguous, from the first byte of the destination address
    uint32_t captured;              // bytes that are here, in all segments
    uint32_t wire;                  // bytes the frame had on the wire

    [[nodiscard]] static Extent whole(std::span<const uint8_t> frame) {
        const auto size = static_cast<uint32_t>(frame.size());
        return {frame, size, size};
    }
    [[nodiscard]] bool cut() const { return captured < wire; }

    // Why bytes before `end` are not here: the sender lied (malformed), or the capture was cut.
    [[nodiscard]] Reason missing(size_t end, Reason malformed) const {
        return cut() && end > captured && end <= wire ? Reason::frame_cut : malformed;
    }
};

}  // namespace snmpgate::wire

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "wire/bytes.hpp"

namespace snmpgate::wire {

// A run of a frame's bytes, by offset from the frame's first byte: what views remember instead of pointers, so they
// stay true when the frame is copied.
struct Span {
    uint16_t offset = 0;
    uint16_t size = 0;
    [[nodiscard]] constexpr uint32_t end() const { return uint32_t{offset} + size; }
    constexpr bool operator==(const Span&) const = default;
};

// The one way to read packet bytes: it knows its bounds, and every step says whether it stayed inside them. Nothing is
// consumed by a step that fails. Positions are offsets from the frame's first byte, also in a sub-cursor.
class Cursor {
 public:
    constexpr Cursor() : Cursor(std::span<const uint8_t>{}) {}
    explicit constexpr Cursor(std::span<const uint8_t> frame) : Cursor(frame, 0, frame.size()) {}
    // The bytes [begin, end) of the frame; end beyond the frame is cut to it, begin beyond end gives an empty cursor.
    constexpr Cursor(std::span<const uint8_t> frame, size_t begin, size_t end)
        : frame_(frame.data()), end_(end < frame.size() ? end : frame.size()), at_(begin < end_ ? begin : end_) {}

    [[nodiscard]] constexpr size_t offset() const { return at_; }
    [[nodiscard]] constexpr size_t remaining() const { return end_ - at_; }
    [[nodiscard]] constexpr bool empty() const { return at_ == end_; }

    [[nodiscard]] constexpr bool skip(size_t count) {
        if (count > remaining()) return false;
        at_ += count;
        return true;
    }

    [[nodiscard]] constexpr bool read(uint8_t& byte) {
        if (empty()) return false;
        byte = frame_[at_++];
        return true;
    }

    template <WireType T>
    [[nodiscard]] bool read(T& value) {
        if (sizeof(T) > remaining()) return false;
        std::memcpy(&value, frame_ + at_, sizeof(T));
        at_ += sizeof(T);
        return true;
    }

    // The next `count` bytes as a cursor of their own; this one continues behind them.
    [[nodiscard]] constexpr bool take(size_t count, Cursor& nested) {
        if (count > remaining()) return false;
        nested = Cursor(frame_, at_, at_ + count, Unchecked{});
        at_ += count;
        return true;
    }

    // The byte `ahead` places further on, not consumed.
    [[nodiscard]] constexpr bool peek(size_t ahead, uint8_t& byte) const {
        if (ahead >= remaining()) return false;
        byte = frame_[at_ + ahead];
        return true;
    }

    // All that remains. Valid while offsets fit 16 bits, which every IP packet's do.
    [[nodiscard]] constexpr Span rest() const {
        return {static_cast<uint16_t>(at_), static_cast<uint16_t>(remaining())};
    }

 private:
    struct Unchecked {};
    constexpr Cursor(const uint8_t* frame, size_t begin, size_t end, Unchecked)
        : frame_(frame), end_(end), at_(begin) {}

    const uint8_t* frame_;
    size_t end_;
    size_t at_;
};

// Reads a value where a view says one lies; zero where the frame ends before it.
template <WireType T>
[[nodiscard]] inline T load(std::span<const uint8_t> frame, size_t offset) {
    T value{};
    if (offset + sizeof(T) <= frame.size()) std::memcpy(&value, frame.data() + offset, sizeof(T));
    return value;
}

}  // namespace snmpgate::wire

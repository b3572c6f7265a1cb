#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/cursor.hpp"

namespace snmpgate::translate {

// One change to a frame: `old_size` bytes at `at` become the first `new_size` of `bytes`. Every change is a splice: an
// address in a header, in ARP, in ICMP, in a value; and the checksums that follow from them.
struct Splice {
    static constexpr size_t kMost = 32;  // an IPv6 address as sub-identifiers of two octets

    uint16_t at = 0;  // offset in the frame
    uint8_t old_size = 0;
    uint8_t new_size = 0;
    std::array<uint8_t, kMost> bytes{};

    [[nodiscard]] std::span<const uint8_t> fresh() const { return {bytes.data(), new_size}; }
};

// A checksum of the frame, and what it covers. Positions are offsets in the frame.
struct Checksum {
    uint16_t at = 0;
    uint32_t begin = 0, end = 0;                // covered
    uint16_t pseudo_begin = 0, pseudo_end = 0;  // addresses of the pseudo-header, covered as well
    bool optional = false;                      // UDP: 0 means none, and a computed 0 is sent as 0xFFFF (RFC 768)

    [[nodiscard]] bool covers(const Splice& splice) const {
        return (splice.at >= begin && splice.at < end) || (splice.at >= pseudo_begin && splice.at < pseudo_end);
    }
};

// All changes to one frame: planned one by one, then applied at once or not at all. One lives in each worker.
class Plan {
 public:
    static constexpr size_t kMaxSplices = 4096 + 32;  // every varbind of the longest list, and headers
    static constexpr size_t kMaxChecksums = 5;

    void clear() { splices_ = checksums_ = 0; }
    [[nodiscard]] bool empty() const { return splices_ == 0; }

    // False if there is no room. The new bytes are at most Splice::kMost.
    [[nodiscard]] bool add(size_t at, size_t old_size, std::span<const uint8_t> fresh);
    // Innermost first: an ICMP message's checksum covers those of the packet it quotes.
    void add(const Checksum& checksum);

    [[nodiscard]] size_t size() const { return splices_; }
    // Forgets the splices from the `size`-th on: what began and could not be finished.
    void shrink(size_t size) { splices_ = size; }

    // Changes the frame: every splice, and each checksum that covers one, by the difference: a wrong checksum stays
    // wrong. All splices must keep their size. Leaves the plan applied; the frame must be the one it was made for.
    void apply(std::span<uint8_t> frame);

 private:
    std::array<Splice, kMaxSplices + kMaxChecksums> list_;
    std::array<Checksum, kMaxChecksums> sums_;
    size_t splices_ = 0;
    size_t checksums_ = 0;
};

}  // namespace snmpgate::translate

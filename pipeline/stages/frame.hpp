#pragma once

#include <array>
#include <span>

#include <rte_mbuf.h>

#include "decide/stations.hpp"
#include "locate/realms.hpp"
#include "side.hpp"
#include "wire/extent.hpp"
#include "wire/packet.hpp"

namespace snmpgate::stages {

inline constexpr size_t kBurst = 32;
inline constexpr size_t kHead = 512;  // headers of a frame in several segments are read from a copy of this many bytes

// A frame on its way through a worker: its mbuf, and what pass one found out about it.
struct Frame {
    rte_mbuf* mbuf;
    Side entered;
    wire::Extent extent;
    wire::Packet packet;
    locate::Ends ends;
    decide::Station source, destination;
};

// What only an offline replay knows of a frame beside its bytes, in the mbuf's dynamic fields.
struct CaptureInfo {
    uint32_t wire_length;  // of a frame the capture cut
    uint32_t order;        // of the frame among all that were read
};

// Registers the dynamic field and flag; false if the mbuf has no room. Call once, before a CaptureInfo is used.
[[nodiscard]] bool register_capture_info();
// Valid only while the mbuf carries the flag set by mark_captured.
[[nodiscard]] const CaptureInfo& capture_info(const rte_mbuf& mbuf);
void mark_captured(rte_mbuf& mbuf, const CaptureInfo& info);

// mbuf.port is a Side, not DPDK's port number: up to the worker the one the frame entered by, from there on the one it
// leaves by.
[[nodiscard]] inline Side side_of(const rte_mbuf& mbuf) { return static_cast<Side>(mbuf.port); }

// Bytes the frame had on the wire: those it has, unless a capture cut it.
[[nodiscard]] uint32_t wire_length(const rte_mbuf& mbuf);

// The frame's first bytes in one piece: where they lie, or those of several segments copied into `room`.
[[nodiscard]] std::span<const uint8_t> head_of(const rte_mbuf& mbuf, std::span<uint8_t> room);
// The first bytes of a frame in several segments, copied to lie together; `room` says how many.
[[nodiscard]] std::span<const uint8_t> gather_head(const rte_mbuf& mbuf, std::span<uint8_t> room);
// Copies `bytes` over the frame's first ones, segment by segment.
void scatter(rte_mbuf& mbuf, std::span<const uint8_t> bytes);

}  // namespace snmpgate::stages

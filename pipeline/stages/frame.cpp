#include "stages/frame.hpp"

#include <algorithm>
#include <cstring>

#include <rte_mbuf_dyn.h>

namespace snmpgate::stages {
namespace {

int info_offset = -1;    // written once by register_capture_info, before any worker runs
uint64_t info_flag = 0;  // likewise; 0 = nothing is marked

}  // namespace

bool register_capture_info() {
    constexpr rte_mbuf_dynfield kField{"snmpgate_capture_info", sizeof(CaptureInfo), alignof(CaptureInfo), 0};
    constexpr rte_mbuf_dynflag kFlag{"snmpgate_captured", 0};
    info_offset = rte_mbuf_dynfield_register(&kField);
    const int bit = rte_mbuf_dynflag_register(&kFlag);
    if (info_offset < 0 || bit < 0) return false;
    info_flag = uint64_t{1} << bit;
    return true;
}

const CaptureInfo& capture_info(const rte_mbuf& mbuf) {
    return *RTE_MBUF_DYNFIELD(&mbuf, info_offset, const CaptureInfo*);
}

void mark_captured(rte_mbuf& mbuf, const CaptureInfo& info) {
    mbuf.ol_flags |= info_flag;
    *RTE_MBUF_DYNFIELD(&mbuf, info_offset, CaptureInfo*) = info;
}

uint32_t wire_length(const rte_mbuf& mbuf) {
    return (mbuf.ol_flags & info_flag) == 0 ? mbuf.pkt_len : capture_info(mbuf).wire_length;
}

std::span<const uint8_t> head_of(const rte_mbuf& mbuf, std::span<uint8_t> room) {
    if (mbuf.nb_segs == 1) return {rte_pktmbuf_mtod(&mbuf, const uint8_t*), mbuf.data_len};
    return gather_head(mbuf, room);
}

std::span<const uint8_t> gather_head(const rte_mbuf& mbuf, std::span<uint8_t> room) {
    size_t size = 0;
    for (const rte_mbuf* segment = &mbuf; segment != nullptr && size < room.size(); segment = segment->next) {
        const size_t part = std::min<size_t>(segment->data_len, room.size() - size);
        std::memcpy(room.data() + size, rte_pktmbuf_mtod(segment, const uint8_t*), part);
        size += part;
    }
    return room.first(size);
}

void scatter(rte_mbuf& mbuf, std::span<const uint8_t> bytes) {
    for (rte_mbuf* segment = &mbuf; segment != nullptr && !bytes.empty(); segment = segment->next) {
        const size_t part = std::min<size_t>(segment->data_len, bytes.size());
        std::memcpy(rte_pktmbuf_mtod(segment, uint8_t*), bytes.data(), part);
        bytes = bytes.subspan(part);
    }
}

}  // namespace snmpgate::stages

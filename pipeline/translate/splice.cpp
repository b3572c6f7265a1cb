#include "translate/splice.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "wire/checksum.hpp"

namespace snmpgate::translate {

bool Plan::add(size_t at, size_t old_size, std::span<const uint8_t> fresh) {
    assert(fresh.size() <= Splice::kMost);
    if (splices_ == kMaxSplices) return false;
    Splice& splice = list_[splices_++];
    splice.at = static_cast<uint16_t>(at);
    splice.old_size = static_cast<uint8_t>(old_size);
    splice.new_size = static_cast<uint8_t>(fresh.size());
    std::copy(fresh.begin(), fresh.end(), splice.bytes.begin());
    return true;
}

void Plan::add(const Checksum& checksum) {
    assert(checksums_ < kMaxChecksums);
    sums_[checksums_++] = checksum;
}

void Plan::apply(std::span<uint8_t> frame) {
    // A changed checksum is a change like any other to the checksums around it, so it joins the list.
    for (const Checksum& checksum : std::span{sums_.data(), checksums_}) {
        const uint16_t old = wire::load<wire::be16>(frame, checksum.at).host();
        if (checksum.optional && old == 0) continue;
        uint64_t before = 0, after = 0;
        bool touched = false;
        for (const Splice& splice : std::span{list_.data(), splices_}) {
            if (!checksum.covers(splice)) continue;
            touched = true;
            const bool odd = splice.at >= checksum.begin && ((splice.at - checksum.begin) & 1) != 0;
            before += wire::sum(frame.subspan(splice.at, splice.old_size), odd);
            after += wire::sum(splice.fresh(), odd);
        }
        if (!touched) continue;
        uint16_t fresh = wire::update(old, wire::fold(before), wire::fold(after));
        if (checksum.optional && fresh == 0) fresh = 0xFFFF;
        Splice& splice = list_[splices_++];  // kMaxChecksums places are kept for these
        splice = {checksum.at, 2, 2, {static_cast<uint8_t>(fresh >> 8), static_cast<uint8_t>(fresh)}};
    }
    for (const Splice& splice : std::span{list_.data(), splices_}) {
        assert(splice.old_size == splice.new_size && splice.at + splice.new_size <= frame.size());
        std::memcpy(frame.data() + splice.at, splice.bytes.data(), splice.new_size);
    }
    clear();
}

}  // namespace snmpgate::translate

#pragma once

#include <array>
#include <span>

#include <rte_mbuf.h>

#include "stages/frame.hpp"

namespace snmpgate::stages {

// What a step lets out: for each side the frames that are to leave by it, in the order they came.
class Egress {
 public:
    void clear() { counts_ = {}; }
    void push(Side leaves, rte_mbuf* mbuf) { frames_[index(leaves)][counts_[index(leaves)]++] = mbuf; }
    [[nodiscard]] std::span<rte_mbuf*> leaving(Side side) {
        return {frames_[index(side)].data(), counts_[index(side)]};
    }

 private:
    std::array<std::array<rte_mbuf*, kBurst>, kSides> frames_;
    std::array<size_t, kSides> counts_{};
};

}  // namespace snmpgate::stages

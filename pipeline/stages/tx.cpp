#include "stages/tx.hpp"

namespace snmpgate::stages {

size_t Tx::step() {
    size_t total = 0;
    for (FrameRing* ring : in_) {
        std::array<rte_mbuf*, kBurst * kBurstsATurn> room;
        const std::span<rte_mbuf*> burst = ring->pop(room);
        total += burst.size();
        // A run of frames for one side is a burst of its own.
        for (size_t begin = 0, end = 0; begin < burst.size(); begin = end) {
            const Side leaves = side_of(*burst[begin]);
            while (end < burst.size() && side_of(*burst[end]) == leaves) ++end;
            transmit(queues_[index(leaves)], burst.subspan(begin, end - begin), books_[index(opposite(leaves))]);
        }
    }
    return total;
}

}  // namespace snmpgate::stages

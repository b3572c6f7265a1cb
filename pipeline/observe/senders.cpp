#include "observe/senders.hpp"

#include <algorithm>

namespace snmpgate::observe {
namespace {

constexpr uint16_t second_of(uint64_t key) { return static_cast<uint16_t>(key); }

}  // namespace

void Senders::advance(Counter& counter) const {
    const auto passed = static_cast<uint16_t>(second_ - second_of(counter.key));
    if (passed == 0) return;
    counter.previous = passed == 1 ? counter.current : 0;
    counter.current = 0;
    counter.key = (counter.key & ~uint64_t{0xFFFF}) | second_;
}

uint32_t Senders::count(wire::Mac sender) {
    const uint64_t mac = sender.key();
    // Fibonacci hashing: the upper bits of the product depend on every bit of the address.
    Set& set = sets_[(mac * 0x9E37'79B9'7F4A'7C15u >> 32) & mask_];
    Counter* found = nullptr;
    for (Counter& counter : set)
        if (counter.key >> 16 == mac) found = &counter;
    if (found == nullptr) {
        found = std::max_element(set.begin(), set.end(), [this](const Counter& a, const Counter& b) {
            const auto silence = [this](const Counter& counter) {
                return counter.current == 0 ? 0x10000 : static_cast<uint16_t>(second_ - second_of(counter.key));
            };
            return silence(a) < silence(b);
        });
        *found = Counter{mac << 16 | second_, 0, 0};
    }
    advance(*found);
    ++found->current;
    return found->current + static_cast<uint32_t>(uint64_t{found->previous} * remaining_ / kSecond);
}

}  // namespace snmpgate::observe

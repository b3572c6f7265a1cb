#pragma once

#include <algorithm>
#include <cstddef>
#include <memory_resource>
#include <span>
#include <vector>

namespace snmpgate::locate {

// Disjoint ranges of keys, each with a value, found by bisection. Built once off the path, then read-only; looking up
// allocates nothing and takes log2(ranges) steps.
template <typename Key, typename Value>
class RangeTable {
 public:
    struct Range {
        Key first, last;  // both inside
        Value value;
    };

    // `ranges` must be disjoint, in any order. The table lives in `memory`, which must outlive it.
    explicit RangeTable(std::span<const Range> ranges = {},
                        std::pmr::memory_resource& memory = *std::pmr::get_default_resource())
        : ranges_(ranges.begin(), ranges.end(), &memory) {
        std::sort(ranges_.begin(), ranges_.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
    }

    [[nodiscard]] bool empty() const { return ranges_.empty(); }
    [[nodiscard]] size_t size() const { return ranges_.size(); }

    // The range that holds `key`, or null.
    [[nodiscard]] const Range* find(const Key& key) const {
        const Range* base = ranges_.data();
        size_t count = ranges_.size();
        if (count == 0) return nullptr;
        while (count > 1) {  // no branch depends on the key
            const size_t half = count / 2;
            base = base[half].first <= key ? base + half : base;
            count -= half;
        }
        return base->first <= key && key <= base->last ? base : nullptr;
    }

 private:
    std::pmr::vector<Range> ranges_;
};

}  // namespace snmpgate::locate

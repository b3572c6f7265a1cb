#include "decide/prefixes.hpp"

#include <algorithm>
#include <vector>

#include "memory.hpp"

namespace snmpgate::decide {

BlockedPrefixes::BlockedPrefixes(std::span<const locate::Prefix> prefixes, std::pmr::memory_resource& memory) {
    if (prefixes.empty()) return;
    std::vector<locate::Prefix> sorted{prefixes.begin(), prefixes.end()};
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first() < b.first(); });
    std::vector<Table::Range> ranges;
    for (const locate::Prefix& prefix : sorted) {
        // Prefixes are disjoint or one holds the other: what begins inside the last range ends inside it.
        if (!ranges.empty() && prefix.first() <= ranges.back().last)
            ranges.back().last = std::max(ranges.back().last, prefix.last());
        else
            ranges.push_back({prefix.first(), prefix.last(), {}});
    }
    table_ = make_in<const Table>(memory, ranges, memory);
}

}  // namespace snmpgate::decide

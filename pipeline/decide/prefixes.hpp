#pragma once

#include <memory>
#include <memory_resource>
#include <span>

#include "locate/prefix.hpp"
#include "locate/range_table.hpp"

namespace snmpgate::decide {

// The blocked prefixes of both families, merged into disjoint ranges. Read-only on the path.
class BlockedPrefixes {
 public:
    BlockedPrefixes() = default;
    // In any order, one may hold another. The table lives in `memory`, which must outlive it; copies share it.
    explicit BlockedPrefixes(std::span<const locate::Prefix> prefixes,
                             std::pmr::memory_resource& memory = *std::pmr::get_default_resource());

    [[nodiscard]] bool empty() const { return table_ == nullptr; }
    [[nodiscard]] bool holds(const locate::Address& address) const {
        return table_ != nullptr && table_->find(address) != nullptr;
    }

 private:
    struct Blocked {};
    using Table = locate::RangeTable<locate::Address, Blocked>;
    std::shared_ptr<const Table> table_;  // null: none is blocked
};

}  // namespace snmpgate::decide

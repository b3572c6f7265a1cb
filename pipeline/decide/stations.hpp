#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "wire/bytes.hpp"

struct rte_hash;

namespace snmpgate::decide {

// What the lists say of a MAC address, precomputed.
struct Station {
    bool blocked = false;
};

// The MAC addresses that lists name. Built once off the path, then read-only and shared by its copies; looked up in
// bulk, a burst at a time.
class Stations {
 public:
    static constexpr size_t kBulk = 64;  // RTE_HASH_LOOKUP_BULK_MAX
    using Entry = std::pair<wire::Mac, Station>;

    Stations() = default;
    // In hugepages of NUMA node `node`. Throws std::bad_alloc if there is no memory for them. Control side, after
    // rte_eal_init.
    Stations(std::span<const Entry> entries, int node);

    // Bytes that a table of so many entries takes, at most.
    [[nodiscard]] static size_t bytes(size_t entries);

    [[nodiscard]] bool empty() const { return table_ == nullptr; }
    // Writes the station of each key (Mac::key()), at most kBulk of them, where it is in the table.
    void lookup(std::span<const uint64_t> keys, std::span<Station> stations) const;

 private:
    std::shared_ptr<rte_hash> table_;
};

}  // namespace snmpgate::decide

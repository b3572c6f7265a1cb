#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "wire/bytes.hpp"

struct rte_hash;

namespace snmpgate::decide {

// What the lists say of a MAC address, precomputed.
struct Station {
    bool blocked = false;
};

// Every MAC address a list names. Built once off the path; looked up in bulk, a burst at a time.
class Stations {
 public:
    static constexpr size_t kBulk = 64;  // RTE_HASH_LOOKUP_BULK_MAX

    Stations() = default;
    // Throws std::runtime_error if there is no memory for them. Control side, after rte_eal_init.
    explicit Stations(std::span<const wire::Mac> blocked);

    [[nodiscard]] bool empty() const { return table_ == nullptr; }
    // Station of each key (Mac::key()), at most kBulk of them.
    void lookup(std::span<const uint64_t> keys, std::span<Station> stations) const;

 private:
    struct Free {
        void operator()(rte_hash* table) const;
    };
    std::unique_ptr<rte_hash, Free> table_;
};

}  // namespace snmpgate::decide

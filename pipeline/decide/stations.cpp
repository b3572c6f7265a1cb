#include "decide/stations.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <stdexcept>
#include <string>

#include <rte_errno.h>
#include <rte_hash.h>
#include <rte_hash_crc.h>
#include <rte_lcore.h>

namespace snmpgate::decide {

void Stations::Free::operator()(rte_hash* table) const { rte_hash_free(table); }

Stations::Stations(std::span<const wire::Mac> blocked) {
    if (blocked.empty()) return;
    static std::atomic<unsigned> generation{0};
    const std::string name = "stations_" + std::to_string(generation++);
    rte_hash_parameters parameters{};
    parameters.name = name.c_str();
    // A cuckoo table refuses keys before it is full; a quarter more is beyond what it needs.
    parameters.entries = std::bit_ceil(static_cast<uint32_t>(blocked.size() + blocked.size() / 4 + 8));
    parameters.key_len = sizeof(uint64_t);
    parameters.hash_func = rte_hash_crc;
    parameters.socket_id = static_cast<int>(rte_socket_id());
    table_.reset(rte_hash_create(&parameters));
    if (table_ == nullptr)
        throw std::runtime_error("no memory for " + std::to_string(blocked.size()) +
                                 " blocked MAC addresses: " + rte_strerror(rte_errno));
    for (const wire::Mac& mac : blocked) {
        const uint64_t key = mac.key();
        if (rte_hash_add_key(table_.get(), &key) < 0)
            throw std::runtime_error("the table of blocked MAC addresses is full");
    }
}

void Stations::lookup(std::span<const uint64_t> keys, std::span<Station> stations) const {
    std::array<const void*, kBulk> pointers;
    std::array<int32_t, kBulk> positions;
    for (size_t i = 0; i < keys.size(); ++i) pointers[i] = &keys[i];
    rte_hash_lookup_bulk(table_.get(), pointers.data(), static_cast<uint32_t>(keys.size()), positions.data());
    for (size_t i = 0; i < keys.size(); ++i) stations[i].blocked = positions[i] >= 0;
}

}  // namespace snmpgate::decide

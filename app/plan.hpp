#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "machine.hpp"
#include "side.hpp"
#include "stages/lcores.hpp"

namespace snmpgate::app {

enum class Role : uint8_t {
    rx,
    worker,
    tx,
    fused  // all three
};
[[nodiscard]] std::string_view name_of(Role role);

// Which core does what, and where its memory is. DPDK's lcore 0 is the control thread, which may run anywhere.
struct Plan {
    struct Lcore {
        unsigned number;  // DPDK's, from 1
        unsigned cpu;
        unsigned node;  // NUMA
        Role role;
        unsigned index;  // among those of its role, from 0
        stages::Yields yields;
        struct Queue {
            Side side;
            uint16_t queue;
        };
        std::vector<Queue> receives, transmits;  // which queues of which ports it serves
    };
    // What is taken at the start, in bytes.
    struct Memory {
        std::string what;
        size_t bytes;
        unsigned node;
    };

    Layout layout = Layout::fused;
    uint16_t queues = 1;     // receive and transmit queues of each port
    bool spreads = false;    // the ports themselves bring both directions of a conversation to one worker
    unsigned nodes = 1;      // NUMA nodes that have lcores, counted from 0
    unsigned frames = 0;     // mbufs on each node
    size_t frame_bytes = 0;  // of memory for each
    std::vector<Lcore> lcores;
    std::vector<Memory> memory;

    [[nodiscard]] std::vector<const Lcore*> of(Role role) const;
    [[nodiscard]] unsigned workers() const;
    // The tx core, by its index, that takes what `worker` lets out by `side` (split).
    [[nodiscard]] unsigned tx_of(unsigned worker, Side side) const;
    // What has to be reserved for it: each piece in whole hugepages, and DPDK's own.
    [[nodiscard]] size_t bytes() const;
};

// Pure: the same configuration on the same machine makes the same plan. Throws ConfigError.
[[nodiscard]] Plan make_plan(const Config& config, const Machine& machine);

[[nodiscard]] std::string describe(const Plan& plan);

}  // namespace snmpgate::app

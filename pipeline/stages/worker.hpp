#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <vector>

#include "decide/decide.hpp"
#include "observe/senders.hpp"
#include "policy.hpp"
#include "record/appender.hpp"
#include "stages/counters.hpp"
#include "stages/egress.hpp"
#include "stages/exchange.hpp"
#include "stages/frame.hpp"
#include "stages/ring.hpp"
#include "translate/splice.hpp"
#include "translate/translate.hpp"
#include "wire/snmp.hpp"

namespace snmpgate::stages {

// Decides, translates and records: everything between a frame's arrival and its departure, and all the state that
// takes. One thread owns a worker; nothing in step() allocates, locks, logs, throws or calls the kernel.
class Worker {
 public:
    // `exchange` and `memory`, where its state lives, must outlive the worker.
    Worker(uint16_t number, BlockExchange& exchange,
           std::pmr::memory_resource& memory = *std::pmr::get_default_resource());

    // A burst of at most kBurst frames through the whole path, under one policy. `now`: ns since 1970; where it went
    // back, it stands still. mbuf->port is the Side a frame entered by. Frames that may leave are in `out` afterwards,
    // for the caller to count as sent; the others are freed.
    void step(std::span<rte_mbuf* const> in, uint64_t now, const Policy& policy, Egress& out);

    // To be called when there is nothing to do: hands on records that have waited long enough.
    void idle(uint64_t now) { records_.flush(now_ = std::max(now_, now)); }
    // Hands on all records.
    void drain() { records_.close(); }

    [[nodiscard]] Counters& counters() { return counters_; }
    [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
    static constexpr size_t kWhole = 65536;  // no IP packet in its Ethernet frame that may be translated is longer

    struct Snmp {
        Reason reason = Reason::none;
        wire::Protocol protocol = wire::Protocol::other;
        const wire::snmp::Message* message = nullptr;  // null unless it parses
        const wire::snmp::Message* header = nullptr;   // for the record: also of one refused behind its header
    };

    void parse(Frame& frame, rte_mbuf* mbuf, size_t slot);
    static void look_up(std::span<Frame> burst, const Policy& policy);
    std::span<uint8_t> whole(Frame& frame);
    Snmp decode(const Frame& frame, std::span<const uint8_t> bytes, const Policy& policy);
    observe::Facts observe(const Frame& frame, const Snmp& snmp);
    void record(const Frame& frame, const Snmp& snmp, const observe::Facts& facts, const decide::Decision& decision,
                uint32_t translated, const Policy& policy);
    void finish(Frame& frame, std::span<uint8_t> bytes);
    void count(const Frame& frame, const Snmp& snmp, const decide::Decision& decision, bool leaves,
               uint32_t translated);

    uint64_t now_ = 0;  // of the burst, ns since 1970
    observe::Senders senders_;
    record::Appender<BlockExchange> records_;
    Counters counters_;
    std::array<Frame, kBurst> burst_;
    translate::Plan plan_;
    wire::snmp::Message message_;
    std::pmr::vector<uint8_t> heads_;
    std::pmr::vector<uint8_t> whole_;
};

// All of a worker's state, in one arena: a ring from each rx core, and where its records come from and go to.
struct WorkerState {
    WorkerState(uint16_t number, unsigned blocks, size_t receivers, std::pmr::memory_resource& memory)
        : in(receivers, memory), exchange(blocks, memory), worker(number, exchange, memory) {}

    Rings in;
    BlockExchange exchange;
    Worker worker;
};

}  // namespace snmpgate::stages

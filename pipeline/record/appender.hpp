#pragma once

#include <cstdint>

#include "record/block.hpp"

namespace snmpgate::record {

// Fills blocks, one record after the other. Theory of operation:
//
// A record has one byte for its time and one for its number; the block gives both their base. A record whose time or
// number does not fit opens a new block. The tick adapts: a block that ended because time ran past 255 ticks doubles it
// for the next, one that ended because it was full halves it, so blocks tend to be full and times exact. Numbers count
// every frame that wanted a record; when no block is free the record is lost, its number is not reused, and the gap
// proves the loss.
//
//   tick 1 ms, records at 0, 3, 300 ms:  block 1 {base 0: time 0, number 0; time 3, number 1}
//                                        300 > 255 → block 2 {base 300 ms, tick 2 ms, base number 2: time 0, number 0}
//
// `Exchange` is where empty blocks come from and full ones go: `Block* take()` (null = none free) and
// `void give(Block*)`. Neither may block. One thread owns an appender.
template <typename Exchange>
class Appender {
 public:
    static constexpr unsigned kFirstTickShift = 20;         // 1.05 ms
    static constexpr unsigned kLeastTickShift = 4;          // 16 ns: 255 of them pass in 4 µs
    static constexpr unsigned kMostTickShift = 22;          // 4.2 ms: 255 of them outlast kFlushAfter
    static constexpr uint64_t kFlushAfter = 1'000'000'000;  // ns a partial block may wait

    Appender(Exchange& exchange, uint16_t worker) : exchange_(exchange), worker_(worker) {}

    // The place for the record of a frame at `now` (ns since 1970, never going back), its time and number filled in;
    // null if it is lost.
    [[nodiscard]] Record* append(uint64_t now) {
        const uint64_t number = next_number_++;
        if (block_ != nullptr && (now - base_time_) >> tick_shift_ > 255) {
            close();
            if (tick_shift_ < kMostTickShift) ++tick_shift_;
        }
        if (block_ == nullptr && !open(now, number)) {
            ++lost_;
            return nullptr;
        }
        Record& record = block_->records[count_++];
        record = Record{};
        record.time = static_cast<uint8_t>((now - base_time_) >> tick_shift_);
        record.number = static_cast<uint8_t>(number - base_number_);
        return &record;
    }

    // To be called once the last appended record is filled in: hands on a block that is full.
    void complete() {
        if (block_ == nullptr || count_ < kBlockRecords) return;
        close();
        if (tick_shift_ > kLeastTickShift) --tick_shift_;
    }

    // Hands on a partial block that has waited long enough.
    void flush(uint64_t now) {
        if (block_ != nullptr && now - base_time_ >= kFlushAfter) close();
    }

    void close() {
        if (block_ == nullptr) return;
        block_->header.count = wire::be16{static_cast<uint16_t>(count_)};
        exchange_.give(block_);
        block_ = nullptr;
    }

    [[nodiscard]] uint64_t wanted() const { return next_number_; }
    [[nodiscard]] uint64_t lost() const { return lost_; }

 private:
    bool open(uint64_t now, uint64_t number) {
        block_ = exchange_.take();
        if (block_ == nullptr) return false;
        base_time_ = now;
        base_number_ = number;
        count_ = 0;
        block_->header = BlockHeader{};
        block_->header.worker = wire::be16{worker_};
        block_->header.base_time = wire::be64{now};
        block_->header.tick = wire::be32{1u << tick_shift_};
        block_->header.base_number = wire::be64{number};
        return true;
    }

    Exchange& exchange_;
    const uint16_t worker_;
    Block* block_ = nullptr;
    uint32_t count_ = 0;
    unsigned tick_shift_ = kFirstTickShift;
    uint64_t base_time_ = 0;
    uint64_t base_number_ = 0;
    uint64_t next_number_ = 0;
    uint64_t lost_ = 0;
};

}  // namespace snmpgate::record

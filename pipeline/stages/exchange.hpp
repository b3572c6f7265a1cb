#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include <boost/lockfree/spsc_queue.hpp>

#include "record/block.hpp"

namespace snmpgate::stages {

// Where a worker's record blocks come from and go to: two lockless rings of pointers between it and the writer, and the
// blocks themselves. The worker calls take() and give(), the writer full() and done(); no call waits. With no free
// block take() says null and the worker counts its record lost.
class BlockExchange {
 public:
    static constexpr size_t kMaxBlocks = 4096;

    // `blocks` (1..kMaxBlocks) blocks of 16 KB in `memory`, which must outlive it.
    explicit BlockExchange(unsigned blocks, std::pmr::memory_resource& memory = *std::pmr::get_default_resource())
        : blocks_(blocks, &memory) {
        for (record::Block& block : blocks_) free_.push(&block);
    }
    BlockExchange(const BlockExchange&) = delete;
    BlockExchange& operator=(const BlockExchange&) = delete;

    // Worker.
    [[nodiscard]] record::Block* take() {
        record::Block* block = nullptr;
        return free_.pop(block) ? block : nullptr;
    }
    void give(record::Block* block) { full_.push(block); }  // cannot fail: the ring holds every block there is

    // Control side.
    [[nodiscard]] record::Block* full() {
        record::Block* block = nullptr;
        return full_.pop(block) ? block : nullptr;
    }
    void done(record::Block* block) { free_.push(block); }

 private:
    using Ring = boost::lockfree::spsc_queue<record::Block*, boost::lockfree::capacity<kMaxBlocks>>;

    std::pmr::vector<record::Block> blocks_;
    Ring free_;  // writer → worker
    Ring full_;  // worker → writer
};

}  // namespace snmpgate::stages

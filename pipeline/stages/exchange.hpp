#pragma once

#include <cstdint>

#include <boost/lockfree/spsc_queue.hpp>

#include "record/block.hpp"

namespace snmpgate::stages {

// Where a worker's record blocks come from and go to: two lockless rings of pointers between it and the writer, and the
// blocks themselves in hugepage memory. The worker calls take() and give(), the control side full() and done(); no call
// waits. With no free block take() says null and the worker counts its record lost.
class BlockExchange {
 public:
    static constexpr size_t kMaxBlocks = 4096;

    // `blocks` (1..kMaxBlocks) blocks of 16 KB on NUMA node `socket`. Throws std::runtime_error if they do not fit.
    BlockExchange(unsigned blocks, int socket);
    ~BlockExchange();
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

    record::Block* blocks_;
    Ring free_;  // writer → worker
    Ring full_;  // worker → writer
};

}  // namespace snmpgate::stages

#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <memory_resource>

namespace snmpgate {

// Where the path's state lives: DPDK's memory, that is hugepages on a NUMA node, or ordinary pages under --no-huge. All
// of it is taken on the control side; the path itself allocates nothing. What is short throws std::bad_alloc.

// One allocation of DPDK's heap for each of ours: tables that come and go with a policy.
class NodeMemory final : public std::pmr::memory_resource {
 public:
    // `node`: NUMA node, or SOCKET_ID_ANY. After rte_eal_init.
    explicit NodeMemory(int node) : node_(node) {}
    [[nodiscard]] int node() const { return node_; }
    [[nodiscard]] size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }  // in use; any thread

 private:
    void* do_allocate(size_t bytes, size_t alignment) override;
    void do_deallocate(void* memory, size_t bytes, size_t alignment) override;
    bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

    int node_;
    std::atomic<size_t> bytes_{0};
};

// One block of a known size, handed out piece by piece and given back whole: an lcore's state. Zeroed, so that its
// pages are there before the first frame.
class Arena final : public std::pmr::memory_resource {
 public:
    Arena(size_t bytes, int node);

    [[nodiscard]] const void* begin() const { return block_.get(); }
    [[nodiscard]] size_t size() const { return size_; }
    [[nodiscard]] size_t used() const { return used_; }

 private:
    void* do_allocate(size_t bytes, size_t alignment) override;
    void do_deallocate(void*, size_t, size_t) override {}
    bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

    struct Free {
        void operator()(std::byte* block) const;
    };
    size_t size_;
    size_t used_ = 0;
    std::unique_ptr<std::byte, Free> block_;
};

// Measures what an arena has to hold: whatever is built on it tells its size. Ordinary memory, no EAL needed.
class Meter final : public std::pmr::memory_resource {
 public:
    [[nodiscard]] size_t bytes() const { return bytes_; }

 private:
    void* do_allocate(size_t bytes, size_t alignment) override;
    void do_deallocate(void* memory, size_t bytes, size_t alignment) override;
    bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

    size_t bytes_ = 0;
};

// An object in `memory`, destroyed with its last owner. Its room in an arena is not used again.
template <typename T, typename... Arguments>
std::shared_ptr<T> make_in(std::pmr::memory_resource& memory, Arguments&&... arguments) {
    return std::allocate_shared<T>(std::pmr::polymorphic_allocator<T>(&memory), std::forward<Arguments>(arguments)...);
}

}  // namespace snmpgate

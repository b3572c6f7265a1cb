#include "memory.hpp"

#include <algorithm>
#include <new>

#include <rte_malloc.h>

namespace snmpgate {
namespace {

constexpr size_t kLine = RTE_CACHE_LINE_SIZE;
constexpr size_t kPage = 4096;  // the most that anything is aligned to

constexpr size_t aligned(size_t at, size_t alignment) { return (at + alignment - 1) & ~(alignment - 1); }

void* take(size_t bytes, size_t alignment, int node) {
    void* memory = rte_zmalloc_socket("snmpgate", bytes, static_cast<unsigned>(std::max(alignment, kLine)), node);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}

}  // namespace

void* NodeMemory::do_allocate(size_t bytes, size_t alignment) {
    void* memory = take(bytes, alignment, node_);
    bytes_ += bytes;
    return memory;
}

void NodeMemory::do_deallocate(void* memory, size_t bytes, size_t) {
    bytes_ -= bytes;
    rte_free(memory);
}

void Arena::Free::operator()(std::byte* block) const { rte_free(block); }

Arena::Arena(size_t bytes, int node) : size_(bytes), block_(static_cast<std::byte*>(take(bytes, kPage, node))) {}

// Pieces begin on cache lines of their own, as Meter counts them: no two lcores share one.
void* Arena::do_allocate(size_t bytes, size_t alignment) {
    const size_t at = aligned(used_, std::max(alignment, kLine));
    if (bytes > size_ || at > size_ - bytes) throw std::bad_alloc{};
    used_ = at + bytes;
    return block_.get() + at;
}

void* Meter::do_allocate(size_t bytes, size_t alignment) {
    bytes_ = aligned(bytes_, std::max(alignment, kLine)) + bytes;
    return ::operator new (bytes, std::align_val_t{alignment});
}

void Meter::do_deallocate(void* memory, size_t /*bytes*/, size_t alignment) {
    ::operator delete (memory, std::align_val_t{alignment});
}

}  // namespace snmpgate

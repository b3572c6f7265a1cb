#include "memory.hpp"

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#include "compile.hpp"
#include "stages/worker.hpp"

// Where the path's state lies. The test program's operator new is counted, so that whatever is in ordinary memory
// shows.
namespace {

std::atomic<long> live_allocations{0};

void* counted(size_t bytes, size_t alignment) {
    void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc{};
    live_allocations.fetch_add(1, std::memory_order_relaxed);
    return memory;
}

void uncounted(void* memory) noexcept {
    if (memory != nullptr) live_allocations.fetch_sub(1, std::memory_order_relaxed);
    std::free(memory);
}

}  // namespace

// The array and nothrow forms call these.
void* operator new(size_t bytes) { return counted(bytes, alignof(std::max_align_t)); }
void* operator new(size_t bytes, std::align_val_t alignment) { return counted(bytes, static_cast<size_t>(alignment)); }
void operator delete(void* memory) noexcept { uncounted(memory); }
void operator delete(void* memory, size_t) noexcept { uncounted(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { uncounted(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { uncounted(memory); }

namespace snmpgate {
namespace {

long live() { return live_allocations.load(std::memory_order_relaxed); }

bool in_dpdk_memory(const void* memory, size_t bytes) {
    const auto* first = static_cast<const std::byte*>(memory);
    return rte_mem_virt2memseg_list(first) != nullptr && rte_mem_virt2memseg_list(first + bytes - 1) != nullptr;
}

size_t heap_in_use() {
    rte_malloc_socket_stats stats{};
    EXPECT_EQ(rte_malloc_get_socket_stats(0, &stats), 0);
    return stats.heap_allocsz_bytes;
}

// Nothing may come from the default resource while it stands.
struct NoDefaultMemory {
    NoDefaultMemory() : before(std::pmr::set_default_resource(std::pmr::null_memory_resource())) {}
    ~NoDefaultMemory() { std::pmr::set_default_resource(before); }
    std::pmr::memory_resource* before;
};

// Passes on what another hands out, and looks at it.
class Watched final : public std::pmr::memory_resource {
 public:
    explicit Watched(std::pmr::memory_resource& from) : from_(from) {}
    size_t pieces = 0, outside = 0;

 private:
    void* do_allocate(size_t bytes, size_t alignment) override {
        void* memory = from_.allocate(bytes, alignment);
        ++pieces;
        outside += in_dpdk_memory(memory, bytes) ? 0u : 1u;
        return memory;
    }
    void do_deallocate(void* memory, size_t bytes, size_t alignment) override {
        from_.deallocate(memory, bytes, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

    std::pmr::memory_resource& from_;
};

constexpr unsigned kBlocks = 4;
constexpr size_t kReceivers = 3;

std::shared_ptr<stages::WorkerState> make_worker(std::pmr::memory_resource& memory) {
    return make_in<stages::WorkerState>(memory, uint16_t{0}, kBlocks, kReceivers, memory);
}

size_t metered_worker() {
    Meter meter;
    (void)make_worker(meter);
    return meter.bytes();
}

TEST(Arena, HandsOutAlignedPiecesThatDoNotOverlap) {
    Arena arena{64 << 10, SOCKET_ID_ANY};
    std::byte* end = nullptr;
    for (const size_t alignment : {1u, 8u, 64u, 128u, 1024u}) {
        for (const size_t bytes : {1u, 63u, 64u, 200u}) {
            auto* piece = static_cast<std::byte*>(arena.allocate(bytes, alignment));
            EXPECT_EQ(reinterpret_cast<uintptr_t>(piece) % alignment, 0u) << alignment;
            EXPECT_EQ(reinterpret_cast<uintptr_t>(piece) % RTE_CACHE_LINE_SIZE, 0u) << "two lcores may share its line";
            EXPECT_GE(piece, end);
            end = piece + bytes;
        }
    }
    EXPECT_LE(end, static_cast<const std::byte*>(arena.begin()) + arena.size());
}

TEST(Arena, IsZeroed) {
    {
        Arena dirty{64 << 10, SOCKET_ID_ANY};
        std::memset(dirty.allocate(dirty.size()), 0xA5, dirty.size());
    }
    Arena arena{64 << 10, SOCKET_ID_ANY};
    const auto* memory = static_cast<const uint8_t*>(arena.allocate(arena.size()));
    EXPECT_EQ(std::count(memory, memory + arena.size(), 0), static_cast<long>(arena.size()));
}

TEST(Arena, ThrowsWhenItIsFull) {
    Arena arena{1024, SOCKET_ID_ANY};
    (void)arena.allocate(960);
    EXPECT_THROW((void)arena.allocate(65), std::bad_alloc);
    EXPECT_EQ(arena.used(), 960u) << "what was refused takes no room";
    (void)arena.allocate(64);
    EXPECT_THROW((void)arena.allocate(1), std::bad_alloc);
    const volatile size_t nearly_all = ~size_t{0} - 64;  // volatile: the compiler would warn of it
    EXPECT_THROW((void)Arena(64, SOCKET_ID_ANY).allocate(nearly_all), std::bad_alloc);
}

TEST(Arena, MoreThanThereIsThrows) { EXPECT_THROW(Arena(size_t{1} << 40, SOCKET_ID_ANY), std::bad_alloc); }

TEST(Arena, GivesItsBlockBack) {
    const size_t before = heap_in_use();
    {
        const Arena arena{1 << 20, 0};
        EXPECT_GE(heap_in_use(), before + (1 << 20));
    }
    EXPECT_EQ(heap_in_use(), before);
}

TEST(Meter, MeasuresExactlyWhatAnArenaNeeds) {
    const size_t bytes = metered_worker();
    Arena exact{bytes, SOCKET_ID_ANY};
    EXPECT_NO_THROW((void)make_worker(exact));
    EXPECT_EQ(exact.used(), bytes);
    Arena less{bytes - 1, SOCKET_ID_ANY};
    EXPECT_THROW((void)make_worker(less), std::bad_alloc);
}

TEST(Memory, AWorkersStateIsAllInItsArena) {
    Arena arena{metered_worker(), SOCKET_ID_ANY};
    Watched watched{arena};
    const NoDefaultMemory none;
    const long before = live();
    const auto worker = make_worker(watched);
    EXPECT_EQ(live(), before) << "something of a worker is in ordinary memory";
    EXPECT_GT(watched.pieces, kReceivers + 3) << "rings, blocks, senders, buffers, and the worker itself";
    EXPECT_EQ(watched.outside, 0u);
    EXPECT_TRUE(in_dpdk_memory(arena.begin(), arena.size()));
    EXPECT_TRUE(in_dpdk_memory(worker.get(), sizeof *worker));
    EXPECT_TRUE(in_dpdk_memory(&worker->in[kReceivers - 1], sizeof(stages::FrameRing)));
}

TEST(NodeMemory, HandsOutDpdksMemoryAndCountsIt) {
    NodeMemory memory{0};
    void* piece = memory.allocate(1000, 64);
    EXPECT_TRUE(in_dpdk_memory(piece, 1000));
    EXPECT_EQ(rte_malloc_validate(piece, nullptr), 0);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(piece) % 64, 0u);
    EXPECT_EQ(memory.bytes(), 1000u);
    memory.deallocate(piece, 1000, 64);
    EXPECT_EQ(memory.bytes(), 0u);
    EXPECT_THROW((void)memory.allocate(size_t{1} << 40), std::bad_alloc);
    EXPECT_EQ(memory.bytes(), 0u);
}

// Two realms on VLANs of their own and one without, lists of both kinds, orders of both.
const char* kCampus = R"({
    "realms": [
        {"name": "a", "vlans": [10, 11], "maps": [{"private": "10.1.0.0/16", "public": "172.20.0.0/16"},
                                                  {"private": "10.2.0.0/16", "public": "172.21.0.0/16"}]},
        {"name": "b", "vlans": [11, 12], "maps": [{"private": "10.3.0.0/16", "public": "172.22.0.0/16"}]},
        {"name": "c", "maps": [{"private": "10.1.0.0/16", "public": "172.23.0.0/16"}]}],
    "blocklist": {"macs": ["00:1b:54:aa:00:01", "00:1b:54:aa:00:02"],
                  "prefixes": ["192.168.0.0/16", "203.0.113.7", "2001:db8::/32"]}})";

app::Orders some_orders(const app::Config& config) {
    app::Orders orders;
    orders.apply(config.blocklist,
                 std::array{app::parse_target("00:1b:54:aa:00:09"), app::parse_target("198.51.100.0/24")}, true);
    return orders;
}

TEST(Memory, ACompiledPolicysTablesAreAllInItsNodes) {
    const app::Config config = app::parse_config(kCampus, "test");
    const app::Orders orders = some_orders(config);
    NodeMemory memory{0};
    const size_t heap_before = heap_in_use();
    {
        const NoDefaultMemory none;
        const long before = live();
        const auto policy = app::compile(config, orders, memory);
        // An rte_hash has an owner count of its own beside it, which the path never reads: one for `stations`, one for
        // `orders`. All else that was allocated is freed again.
        EXPECT_LE(live() - before, 2) << "a table of the policy is in ordinary memory";
        EXPECT_TRUE(in_dpdk_memory(policy.get(), sizeof *policy));
        EXPECT_GT(memory.bytes(), sizeof(Policy)) << "where are its tables?";
        EXPECT_GE(heap_in_use(), heap_before + memory.bytes());

        const auto after = app::compile(config, {}, memory, policy.get());
        EXPECT_LE(live() - before, 2) << "the large tables are shared";
    }
    EXPECT_EQ(memory.bytes(), 0u);
    EXPECT_EQ(heap_in_use(), heap_before);
}

TEST(Memory, APolicyTakesNoMoreThanCompiledBytesSays) {
    const app::Config config = app::parse_config(kCampus, "test");
    NodeMemory memory{0};
    const size_t before = heap_in_use();
    const auto policy = app::compile(config, {}, memory);
    EXPECT_LE(memory.bytes(), app::compiled_bytes(config));
    EXPECT_GT(heap_in_use() - before, memory.bytes()) << "the rte_hash is beside it";
}

}  // namespace
}  // namespace snmpgate

// Preloaded into snmpgate: counts, thread by thread, what the run loop of an lcore must not do. The counts are in the
// file that SNMPGATE_CALLS names, mapped, for hot_path_test.py to read while the program runs. System calls are
// strace's business; a spin lock of DPDK's is inlined and seen by nobody.

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include <sys/mman.h>

// glibc's own, beneath the names it lets a program replace.
extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
void __libc_free(void*);
}

namespace {

// One thread's line of the file; hot_path_test.py knows its layout.
struct alignas(64) Line {
    std::atomic<uint64_t> thread;  // its id; 0 = line not in use
    std::atomic<uint64_t> allocations;
    std::atomic<uint64_t> locks;
};
constexpr size_t kLines = 256;
using Table = std::array<Line, kLines>;

Table before_it_is_mapped;
std::atomic<Table*> table{&before_it_is_mapped};
std::atomic<size_t> used{0};

[[gnu::constructor]] void map() {
    const char* path = std::getenv("SNMPGATE_CALLS");
    if (path == nullptr) return;
    const int file = ::open(path, O_RDWR | O_CLOEXEC);
    void* memory = ::mmap(nullptr, sizeof(Table), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) std::abort();
    ::close(file);
    table.store(static_cast<Table*>(memory));
}

// This thread's line; threads beyond the last line share it. No allocation: its place is in static TLS.
[[gnu::tls_model("initial-exec")]] thread_local Line* own = nullptr;
[[gnu::tls_model("initial-exec")]] thread_local Table* own_in = nullptr;

Line& line() {
    Table* now = table.load(std::memory_order_relaxed);
    if (own_in != now) {
        const size_t number = used.fetch_add(1);
        own = &(*now)[number < kLines ? number : kLines - 1];
        own->thread.store(static_cast<uint64_t>(::gettid()));
        own_in = now;
    }
    return *own;
}

void count_allocation() { line().allocations.fetch_add(1, std::memory_order_relaxed); }
void count_lock() { line().locks.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

extern "C" {

// operator new and delete come here too.
void* malloc(size_t size) noexcept {
    count_allocation();
    return __libc_malloc(size);
}
void* calloc(size_t number, size_t size) noexcept {
    count_allocation();
    return __libc_calloc(number, size);
}
void* realloc(void* memory, size_t size) noexcept {
    count_allocation();
    return __libc_realloc(memory, size);
}
void free(void* memory) noexcept {
    count_allocation();
    __libc_free(memory);
}
void* aligned_alloc(size_t alignment, size_t size) noexcept {
    count_allocation();
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
    count_allocation();
    void* got = __libc_memalign(alignment, size);
    if (got == nullptr) return ENOMEM;
    *memory = got;
    return 0;
}

#define COUNTED(name, parameters, ...)                                                        \
    int name parameters {                                                                     \
        static auto* const next = reinterpret_cast<decltype(&name)>(dlsym(RTLD_NEXT, #name)); \
        count_lock();                                                                         \
        return next(__VA_ARGS__);                                                             \
    }
COUNTED(pthread_mutex_lock, (pthread_mutex_t * mutex) noexcept, mutex)
COUNTED(pthread_mutex_trylock, (pthread_mutex_t * mutex) noexcept, mutex)
COUNTED(pthread_mutex_timedlock, (pthread_mutex_t * mutex, const timespec* until) noexcept, mutex, until)
COUNTED(pthread_rwlock_rdlock, (pthread_rwlock_t * lock) noexcept, lock)
COUNTED(pthread_rwlock_wrlock, (pthread_rwlock_t * lock) noexcept, lock)
COUNTED(pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock) noexcept, lock)
COUNTED(pthread_rwlock_trywrlock, (pthread_rwlock_t * lock) noexcept, lock)
COUNTED(pthread_spin_lock, (pthread_spinlock_t * lock) noexcept, lock)
COUNTED(pthread_spin_trylock, (pthread_spinlock_t * lock) noexcept, lock)
COUNTED(pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t* mutex), condition, mutex)
COUNTED(pthread_cond_timedwait, (pthread_cond_t * condition, pthread_mutex_t* mutex, const timespec* until), condition,
        mutex, until)
COUNTED(pthread_cond_signal, (pthread_cond_t * condition) noexcept, condition)
COUNTED(pthread_cond_broadcast, (pthread_cond_t * condition) noexcept, condition)
COUNTED(sem_wait, (sem_t * semaphore), semaphore)
COUNTED(sem_trywait, (sem_t * semaphore) noexcept, semaphore)
COUNTED(sem_post, (sem_t * semaphore) noexcept, semaphore)

}  // extern "C"

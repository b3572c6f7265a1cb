// Preloaded into snmpgate beside the counters: makes the bulk lookup of stations, which a worker calls once a burst, do
// now and then what SNMPGATE_PLANT says. The test that counts has to notice.

#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <pthread.h>
#include <string_view>
#include <unistd.h>

struct rte_hash;

namespace {

using Lookup = int (*)(const rte_hash*, const void**, uint32_t, uint64_t*, void*[]);

void* (*volatile allocate)(size_t) = std::malloc;  // volatile: or the compiler sees that nothing comes of it
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void plant(std::string_view what) {
    if (what == "allocation") std::free(allocate(64));
    if (what == "lock") {
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    }
    if (what == "system call getppid") ::getppid();
}

}  // namespace

extern "C" int rte_hash_lookup_bulk_data(const rte_hash* table, const void** keys, uint32_t number, uint64_t* hits,
                                         void* data[]) {
    static const auto next = reinterpret_cast<Lookup>(dlsym(RTLD_NEXT, "rte_hash_lookup_bulk_data"));
    static const char* const what = std::getenv("SNMPGATE_PLANT");
    static thread_local unsigned calls = 0;
    if (what != nullptr && ++calls % 1000 == 0) plant(what);
    return next(table, keys, number, hits, data);
}

#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>

// What every fuzz target uses.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace snmpgate::fuzz {

// A copy in a heap buffer of exactly its size, so that the first byte read beyond it is reported.
class Exact {
 public:
    explicit Exact(std::span<const uint8_t> bytes) : size_(bytes.size()), bytes_(new uint8_t[bytes.size()]) {
        if (size_ != 0) std::memcpy(bytes_.get(), bytes.data(), size_);
    }
    [[nodiscard]] std::span<const uint8_t> span() const { return {bytes_.get(), size_}; }

 private:
    size_t size_;
    std::unique_ptr<uint8_t[]> bytes_;
};

// What the code under test says must be what the model says.
inline void demand(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "the code and the model disagree: %s\n", what);
    std::abort();
}

template <typename Ours, typename Models>
void same(const Ours& ours, const Models& models, const char* what) {
    if (ours == models) return;
    std::fprintf(stderr, "%lld is not %lld: ", static_cast<long long>(ours), static_cast<long long>(models));
    demand(false, what);
}

}  // namespace snmpgate::fuzz

#define SNMPGATE_SAME(ours, models) snmpgate::fuzz::same(ours, models, #ours " and " #models)

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz.hpp"

// Runs a fuzz target over files, and over all files of directories, without libFuzzer. A disagreement aborts.
namespace {

size_t replayed = 0;

bool replay(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    const std::vector<char> characters{std::istreambuf_iterator<char>{file}, {}};
    if (!file.good() && !file.eof()) {
        std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
        return false;
    }
    const std::vector<uint8_t> bytes{characters.begin(), characters.end()};
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);  // so the last line names the file that aborts
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    ++replayed;
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    bool all_read = true;
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::exists(argv[i])) {
            std::fprintf(stderr, "%s: does not exist\n", argv[i]);
            return 2;
        }
        if (!std::filesystem::is_directory(argv[i])) {
            all_read &= replay(argv[i]);
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator{argv[i]})
            if (entry.is_regular_file()) all_read &= replay(entry.path());
    }
    std::printf("%zu inputs replayed\n", replayed);
    return all_read && replayed > 0 ? 0 : 1;
}

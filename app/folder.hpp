#pragma once

#include <cerrno>
#include <filesystem>

#include <sys/stat.h>

namespace snmpgate::app {

// mkdir -p with our mode, 0750; 0, or the errno. What is there and no directory shows when it is used.
[[nodiscard]] inline int make_directory(const std::filesystem::path& directory) {
    constexpr mode_t kMode = 0750;
    if (::mkdir(directory.c_str(), kMode) == 0 || errno == EEXIST) return 0;
    const std::filesystem::path parent = directory.parent_path();
    if (errno != ENOENT || parent.empty() || parent == directory) return errno;
    if (const int error = make_directory(parent); error != 0) return error;
    return ::mkdir(directory.c_str(), kMode) == 0 || errno == EEXIST ? 0 : errno;
}

}  // namespace snmpgate::app

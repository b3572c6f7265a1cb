#pragma once

#include <filesystem>

#include <sys/types.h>

#include "records/file_descriptor.hpp"

namespace snmpgate::app {

// A UNIX stream socket that listens at `control.socket`, mode 0660: whoever is in the group of the user snmpgate runs
// as may connect. The file is ours until the end, and is then removed. Control thread.
class Listener {
 public:
    // Creates the folders that are missing. Replaces the socket a dead process left; throws std::runtime_error, which
    // names key, path and cure, where a living one serves, where something else lies, or where it may not be created.
    explicit Listener(std::filesystem::path path);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] int get() const { return socket_.get(); }
    // The next client, without blocking; none if nobody waits, with errno set.
    [[nodiscard]] FileDescriptor accept() const;

 private:
    void bind();
    void remove_stale() const;

    std::filesystem::path path_;
    FileDescriptor socket_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace snmpgate::app

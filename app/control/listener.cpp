#include "control/listener.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>

#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "folder.hpp"

namespace snmpgate::app {
namespace {

constexpr int kWaiting = 64;  // clients the kernel keeps for us until we accept them

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what, const std::string& cure) {
    throw std::runtime_error("control.socket " + path.string() + ": " + what + "; " + cure);
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what, int error) {
    const bool permission = error == EACCES || error == EPERM || error == EROFS;
    refuse(path, what + ": " + std::strerror(error),
           permission ? "let the user snmpgate runs as write there, or set control.socket to where it may"
                      : "set control.socket to a path that can be created");
}

FileDescriptor unix_socket() {
    return FileDescriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
}

sockaddr_un address(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const size_t most = sizeof address.sun_path - 1;
    if (path.native().empty() || path.native().size() > most)
        refuse(path, "has " + std::to_string(path.native().size()) + " bytes",
               "a socket's path has 1 to " + std::to_string(most));
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    return address;
}

template <typename Call>
int with(const std::filesystem::path& path, int socket, Call call) {
    const sockaddr_un to = address(path);
    return call(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

std::string process_at(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    const bool known = ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid > 0;
    return known ? "process " + std::to_string(peer.pid) : "another process";
}

}  // namespace

Listener::Listener(std::filesystem::path path) : path_(std::filesystem::absolute(path)) {
    const std::filesystem::path folder = path_.parent_path();
    if (const int error = make_directory(folder); error != 0) refuse(path_, "its folder cannot be created", error);
    // Two that start at once would each take the other's new socket for a dead one's. The lock ends with this function.
    const FileDescriptor start{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!start) refuse(path_, "its folder cannot be opened", errno);
    if (::flock(start.get(), LOCK_EX | LOCK_NB) != 0)
        refuse(path_, "another program has locked its folder, most often an snmpgate that starts", "try again");
    remove_stale();
    bind();
}

Listener::~Listener() {
    struct stat now {};
    // Somebody may have put another socket there meanwhile.
    if (::lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_) ::unlink(path_.c_str());
}

void Listener::remove_stale() const {
    struct stat there {};
    if (::lstat(path_.c_str(), &there) != 0) return;
    if (!S_ISSOCK(there.st_mode))
        refuse(path_, "is there and is no socket", "remove it, or set control.socket to another path");
    const FileDescriptor probe = unix_socket();
    // EAGAIN: it listens, and as many wait as it lets.
    if (with(path_, probe.get(), ::connect) == 0 || errno == EAGAIN)
        refuse(path_, process_at(probe.get()) + " serves there, most often another snmpgate",
               "end it, or set control.socket to another path");
    if (errno != ECONNREFUSED && errno != ENOENT) refuse(path_, "is there and cannot be asked who serves it", errno);
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT)
        refuse(path_, "a dead process left it, and it cannot be removed", errno);
}

void Listener::bind() {
    constexpr mode_t kMode = 0660;
    socket_ = unix_socket();
    // The mode of the socket is the most that bind() gives its file, so nobody gets in between the two calls; the umask
    // may have taken from it what the group is meant to have.
    if (!socket_ || ::fchmod(socket_.get(), kMode) != 0) refuse(path_, "no socket can be made", errno);
    if (with(path_, socket_.get(), ::bind) != 0) refuse(path_, "cannot be created", errno);
    struct stat ours {};
    if (::lstat(path_.c_str(), &ours) == 0) {
        device_ = ours.st_dev;
        inode_ = ours.st_ino;
    }
    if (::chmod(path_.c_str(), kMode) != 0 || ::listen(socket_.get(), kWaiting) != 0) {
        const int error = errno;
        ::unlink(path_.c_str());
        refuse(path_, "cannot be served", error);
    }
}

FileDescriptor Listener::accept() const {
    return FileDescriptor{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
}

}  // namespace snmpgate::app

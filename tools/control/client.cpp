#include "client.hpp"

#include <cerrno>
#include <cstring>
#include <grp.h>
#include <poll.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "records/file_descriptor.hpp"

namespace snmpgate::control {
namespace {

using app::FileDescriptor;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr size_t kLongestAnswer = 128 << 20;

constexpr const char* kStart =
    "; start it (snmpgate run --config FILE), or name the control.socket of its configuration with --socket PATH";

[[noreturn]] void refuse(const std::filesystem::path& socket, const std::string& why) {
    throw Refused(socket.string() + ": " + why);
}

std::string owner_group(const std::filesystem::path& socket) {
    struct stat status {};
    if (::stat(socket.c_str(), &status) != 0) return "the group that owns it";
    const group* group = ::getgrgid(status.st_gid);
    return "the group " + (group != nullptr ? std::string(group->gr_name) : std::to_string(status.st_gid));
}

[[noreturn]] void refuse_connection(const std::filesystem::path& socket, int error) {
    struct stat status {};
    const bool other = ::stat(socket.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode);
    if (other) refuse(socket, "is no socket; give the control.socket of snmpgate's configuration with --socket PATH");
    switch (error) {
        case ENOENT:
        case ENOTDIR:
            refuse(socket, std::string("no snmpgate serves here") + kStart);
        case ECONNREFUSED:
            refuse(socket, std::string("the snmpgate that served here has ended") + kStart);
        case EACCES:
        case EPERM:
            refuse(socket, "you may not connect; use sudo, or become a member of " + owner_group(socket));
        case EAGAIN:
            refuse(socket, "snmpgate takes no more clients; try again, or see whether it hangs");
        default:
            refuse(socket, std::string("cannot be connected to: ") + std::strerror(error) + kStart);
    }
}

FileDescriptor connect(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof address.sun_path) refuse(path, "is too long for a socket's path");
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        refuse_connection(path, errno);
    return socket;
}

// False when the time is over.
bool wait_for(int socket, short event, Clock::time_point until) {
    pollfd entry{socket, event, 0};
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        if (left <= 0) return false;
        const int ready = ::poll(&entry, 1, static_cast<int>(left));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

// False when the time is over. A server that reads no further may have answered why.
bool send(int socket, std::string_view text, Clock::time_point until) {
    while (!text.empty()) {
        const ssize_t took = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (took > 0)
            text.remove_prefix(static_cast<size_t>(took));
        else if (errno == EPIPE || errno == ECONNRESET)
            return true;
        else if (!wait_for(socket, POLLOUT, until))
            return false;
    }
    return true;
}

// A line without its newline, or what came before the end if there is none. False when the time is over.
bool receive(int socket, std::string& line, Clock::time_point until) {
    char bytes[64 * 1024];
    while (line.size() < kLongestAnswer) {
        if (!wait_for(socket, POLLIN, until)) return false;
        const ssize_t got = ::recv(socket, bytes, sizeof bytes, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got <= 0) return true;
        const void* end = std::memchr(bytes, '\n', static_cast<size_t>(got));
        line.append(bytes, end != nullptr ? static_cast<size_t>(static_cast<const char*>(end) - bytes)
                                          : static_cast<size_t>(got));
        if (end != nullptr) return true;
    }
    return true;
}

}  // namespace

Json ask(const std::filesystem::path& path, const std::string& command, const Json& arguments,
         std::chrono::seconds patience) {
    const Clock::time_point until = Clock::now() + patience;
    const std::string request =
        Json{{"command", command}, {"arguments", arguments}}.dump(-1, ' ', false, Json::error_handler_t::replace);
    const FileDescriptor socket = connect(path);
    std::string line;
    if (!send(socket.get(), request + '\n', until) || !receive(socket.get(), line, until))
        refuse(path, "no answer within " + std::to_string(patience.count()) +
                         " s; snmpgate is busy or hangs: try again, and look what it says on stderr");
    if (line.empty())
        refuse(path,
               "the connection was closed without an answer; snmpgate has ended, or gave the place to "
               "another client: try again");
    const Json answer = Json::parse(line, nullptr, false);
    if (!answer.is_object() || !answer.contains("ok") || !answer["ok"].is_boolean())
        refuse(path,
               "what serves here is no snmpgate; name the control.socket of its configuration with --socket PATH");
    if (!answer["ok"].get<bool>()) throw Refused(answer.value("error", "refused, and it does not say why"));
    return answer.value("result", Json::object());
}

}  // namespace snmpgate::control

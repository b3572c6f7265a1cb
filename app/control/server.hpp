#pragma once

#include <chrono>
#include <filesystem>
#include <poll.h>
#include <span>
#include <string>
#include <vector>

#include "control/commands.hpp"
#include "control/listener.hpp"

namespace snmpgate::app {

// Serves `commands` on a UNIX socket (protocol.hpp), from the poll(2) loop of the control thread: never blocks, has no
// thread of its own.
//
// A client holds one of a few places. It gets one answer a round, and its next request is read when it has taken the
// answer, so that what waits for it is one answer. A client that keeps its place for nothing loses it: after kIdle
// without a whole request or a taken answer, or after kGrace where another waits for a place. Closed after an answer
// that says why are: what sends a line longer than kLongestRequest, and at once: what goes away.
class ControlServer {
 public:
    using Clock = std::chrono::steady_clock;
    static constexpr size_t kPlaces = 16;
    static constexpr size_t kMostWaiting = 32 << 20;  // bytes of answers that wait for all clients together
    static constexpr std::chrono::seconds kIdle{60};
    static constexpr std::chrono::seconds kGrace{1};

    // Throws std::runtime_error if `socket` cannot be served, see Listener. `commands` must outlive it.
    ControlServer(std::filesystem::path socket, Commands& commands)
        : listener_(std::move(socket)), commands_(commands) {}

    // What to wait for.
    void add_to(std::vector<pollfd>& waiting) const;
    // Does what has become possible. Call it after every poll(), with what add_to() added and anything beside it, and
    // every second or so if nothing happens.
    void serve(std::span<const pollfd> waiting, Clock::time_point now = Clock::now());

    [[nodiscard]] size_t clients() const { return clients_.size(); }

 private:
    struct Client {
        FileDescriptor socket;
        Clock::time_point since;  // it connected, gave its last whole request, or took the last of an answer
        std::string in = {};
        std::string out = {};
        size_t sent = 0;     // of `out`
        bool ended = false;  // no more is read from it
        bool gone = false;

        [[nodiscard]] bool has_request() const { return in.find('\n') != std::string::npos || (ended && !in.empty()); }
    };
    void exchange(Client& client, Clock::time_point now);
    void receive(Client& client);
    void send(Client& client, Clock::time_point now);
    [[nodiscard]] std::string answer_to(std::string_view request);
    void accept(Clock::time_point now);
    [[nodiscard]] Client* gives_way(Clock::time_point now);

    Listener listener_;
    Commands& commands_;
    std::vector<Client> clients_;
    bool accepting_ = true;
};

}  // namespace snmpgate::app

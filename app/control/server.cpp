#include "control/server.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

#include "control/protocol.hpp"

namespace snmpgate::app {

void ControlServer::add_to(std::vector<pollfd>& waiting) const {
    if (accepting_) waiting.push_back({listener_.get(), POLLIN, 0});
    for (const Client& client : clients_) {
        // A socket is mostly writable: a request that waits in our buffer is served in the next round without delay.
        const bool more = !client.out.empty() || client.has_request();
        waiting.push_back({client.socket.get(), static_cast<short>(more ? POLLOUT : POLLIN), 0});
    }
}

void ControlServer::serve(std::span<const pollfd> waiting, Clock::time_point now) {
    const auto ready = [waiting](int fd) {
        return std::any_of(waiting.begin(), waiting.end(),
                           [fd](const pollfd& entry) { return entry.fd == fd && entry.revents != 0; });
    };
    for (Client& client : clients_)
        if (ready(client.socket.get())) exchange(client, now);
    std::erase_if(clients_, [now](const Client& client) { return client.gone || now - client.since >= kIdle; });
    // Last, as a new client may get the number of a file descriptor that was closed above.
    accepting_ = clients_.size() < kPlaces || gives_way(now) != nullptr;
    if (accepting_ && ready(listener_.get())) accept(now);
}

void ControlServer::exchange(Client& client, Clock::time_point now) {
    send(client, now);
    if (!client.out.empty() || client.gone) return;
    if (!client.has_request()) receive(client);
    if (client.has_request()) {
        const size_t end = client.in.find('\n');
        client.since = now;
        client.out = answer_to(std::string_view(client.in).substr(0, end));
        client.in.erase(0, end == std::string::npos ? end : end + 1);
    } else if (client.in.size() > kLongestRequest) {
        client.in.clear();
        client.ended = true;
        client.out =
            refusal("a request has at most " + std::to_string(kLongestRequest) + " bytes; give fewer at a time");
    }
    send(client, now);
    if (client.ended && client.in.empty() && client.out.empty()) client.gone = true;
}

void ControlServer::receive(Client& client) {
    if (client.ended) return;
    char bytes[kLongestRequest + 1];
    const ssize_t got = ::recv(client.socket.get(), bytes, sizeof bytes - client.in.size(), 0);
    if (got > 0) client.in.append(bytes, static_cast<size_t>(got));
    if (got == 0) client.ended = true;  // it may still wait for the answer to what it sent
    if (got < 0 && errno != EAGAIN && errno != EINTR) client.gone = true;
}

void ControlServer::send(Client& client, Clock::time_point now) {
    while (client.sent < client.out.size()) {
        const ssize_t took =
            ::send(client.socket.get(), client.out.data() + client.sent, client.out.size() - client.sent, MSG_NOSIGNAL);
        if (took < 0) {
            client.gone = errno != EAGAIN && errno != EINTR;
            return;
        }
        client.sent += static_cast<size_t>(took);
    }
    if (client.out.empty()) return;
    client.since = now;
    client.out = {};
    client.sent = 0;
}

std::string ControlServer::answer_to(std::string_view request) {
    std::string text = answer(commands_, request);
    size_t total = text.size();
    for (const Client& client : clients_) total += client.out.size();
    if (total <= kMostWaiting) return text;
    return refusal("the answer has " + std::to_string(text.size()) + " bytes, and there is room for " +
                   std::to_string(kMostWaiting) + " of all clients together; ask for less, or again later");
}

void ControlServer::accept(Clock::time_point now) {
    while (clients_.size() < kPlaces || gives_way(now) != nullptr) {
        FileDescriptor socket = listener_.accept();
        if (!socket) {
            // With no file descriptor left poll() would return at once for ever: leave it out for a round.
            accepting_ = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
            return;
        }
        if (clients_.size() == kPlaces) clients_.erase(clients_.begin() + (gives_way(now) - clients_.data()));
        clients_.push_back({std::move(socket), now});
    }
    accepting_ = false;
}

// The one that has kept its place for nothing the longest, if that is long enough.
ControlServer::Client* ControlServer::gives_way(Clock::time_point now) {
    const auto it = std::min_element(clients_.begin(), clients_.end(),
                                     [](const Client& a, const Client& b) { return a.since < b.since; });
    return it != clients_.end() && now - it->since >= kGrace ? &*it : nullptr;
}

}  // namespace snmpgate::app

#include "ports/link.hpp"

#include <cerrno>
#include <cstring>
#include <unistd.h>

#include <net/if.h>
#include <rte_ethdev.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace snmpgate::app {
namespace {

// An interface request by index: the name of the moment, as an interface may be renamed.
class Request {
 public:
    explicit Request(unsigned interface) : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        found_ = fd_ >= 0 && if_indextoname(interface, request_.ifr_name) != nullptr;
    }
    ~Request() {
        if (fd_ >= 0) close(fd_);
    }
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    // 0 or a negative errno.
    int run(unsigned long code) {
        if (!found_) return -ENODEV;
        return ioctl(fd_, code, &request_) < 0 ? -errno : 0;
    }
    short& flags() { return request_.ifr_flags; }

 private:
    int fd_;
    ifreq request_{};
    bool found_;
};

}  // namespace

Link read_link(uint16_t port, unsigned interface) {
    if (interface != 0) {
        Request request{interface};
        if (request.run(SIOCGIFFLAGS) != 0) return Link::unknown;
        constexpr int kCarries = IFF_UP | IFF_RUNNING;
        return (request.flags() & kCarries) == kCarries ? Link::up : Link::down;
    }
    rte_eth_link link{};
    if (rte_eth_link_get_nowait(port, &link) != 0) return Link::unknown;
    return link.link_status == RTE_ETH_LINK_UP ? Link::up : Link::down;
}

int set_link(uint16_t port, unsigned interface, bool up) {
    if (interface == 0) return up ? rte_eth_dev_set_link_up(port) : rte_eth_dev_set_link_down(port);
    Request request{interface};
    if (const int result = request.run(SIOCGIFFLAGS); result != 0) return result;
    if (((request.flags() & IFF_UP) != 0) == up) return 0;
    request.flags() = static_cast<short>(request.flags() ^ IFF_UP);
    return request.run(SIOCSIFFLAGS);
}

}  // namespace snmpgate::app

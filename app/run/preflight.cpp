#include "run/preflight.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

#include <net/if.h>

#include "cpus.hpp"

namespace snmpgate::app {
namespace {

bool has(const std::vector<std::string>& arguments, const std::string& option) {
    return std::find(arguments.begin(), arguments.end(), option) != arguments.end();
}

unsigned long free_hugepages() {
    std::ifstream meminfo{"/proc/meminfo"};
    for (std::string key; meminfo >> key;) {
        unsigned long value = 0;
        if (key == "HugePages_Free:" && meminfo >> value) return value;
    }
    return 0;
}

// CAP_NET_ADMIN (capabilities(7)), which root has.
bool may_administer_networks() {
    constexpr unsigned kNetAdmin = 12;
    std::ifstream status{"/proc/self/status"};
    for (std::string key; status >> key;) {
        uint64_t effective = 0;
        if (key == "CapEff:" && status >> std::hex >> effective) return (effective >> kNetAdmin & 1) != 0;
    }
    return false;
}

void check_ports(const Config& config) {
    for (const auto& [key, device] : {std::pair{"ports.external.device", config.ports.external},
                                      std::pair{"ports.internal.device", config.ports.internal}})
        if (device.empty())
            throw std::runtime_error(std::string{key} +
                                     ": not given; name a device, or use --driver "
                                     "drivers-config/tap.json to try it without a NIC");
}

void check_tap(const Config& config) {
    if (!config.ports.external.starts_with("net_tap") && !config.ports.internal.starts_with("net_tap")) return;
    const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        throw std::runtime_error(std::string{"/dev/net/tun cannot be opened: "} + std::strerror(errno) +
                                 (errno == ENOENT ? "; `sudo modprobe tun` brings it" : "; run as root (sudo)"));
    close(fd);
    if (!may_administer_networks()) throw std::runtime_error("TAP devices need root (CAP_NET_ADMIN): run with sudo");
}

// DPDK opens a TAP that is there already as one more of its queues: two programs would share its frames.
void check_interfaces(const Config& config) {
    for (const auto& [key, device] : {std::pair{"ports.external.device", config.ports.external},
                                      std::pair{"ports.internal.device", config.ports.internal}}) {
        constexpr std::string_view kOption = "iface=";
        const size_t at = device.find(kOption);
        if (!device.starts_with("net_tap") || at == std::string::npos) continue;
        const std::string rest = device.substr(at + kOption.size());
        const std::string name = rest.substr(0, rest.find(','));
        if (if_nametoindex(name.c_str()) != 0)
            throw std::runtime_error(std::string{key} + ": there is an interface " + name +
                                     " already, most often another snmpgate's; end that, or give another iface=");
    }
}

void check_hugepages(const std::vector<std::string>& arguments) {
    if (has(arguments, "--no-huge") || free_hugepages() != 0) return;
    throw std::runtime_error(
        "no hugepages are free: `sudo sysctl vm.nr_hugepages=512` reserves 1 GB of them, or give --no-huge after -- "
        "(slower)");
}

void check_cores(const Config& config) {
    const std::vector<unsigned> cpus = allowed_cpus();
    for (const unsigned cpu : config.cores.workers)
        if (std::find(cpus.begin(), cpus.end(), cpu) == cpus.end())
            throw std::runtime_error("cores.workers: CPU " + std::to_string(cpu) +
                                     " is not online, or not allowed to this process; it may use " + listed(cpus));
}

}  // namespace

void preflight(const Config& config, const std::vector<std::string>& eal_arguments) {
    check_ports(config);
    check_cores(config);
    check_tap(config);
    check_interfaces(config);
    check_hugepages(eal_arguments);
}

}  // namespace snmpgate::app

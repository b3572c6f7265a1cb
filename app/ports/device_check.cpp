#include "ports/device_check.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

#include <net/if.h>
#include <sys/socket.h>

namespace snmpgate::app {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const Device& device, const std::string& why) {
    throw std::runtime_error(device.label() + ": " + why);
}

// The virtual devices of DPDK 22.11 that can be a port, and the arguments each takes. DPDK refuses an unknown argument
// without naming it, and goes on without the port.
struct Driver {
    std::string_view name;
    std::vector<std::string_view> arguments;
};
const std::vector<Driver>& drivers() {
    static const std::vector<Driver> kDrivers = {
        {"net_tap", {"iface", "remote", "mac", "persist"}},
        {"net_af_packet", {"iface", "qpairs", "blocksz", "framesz", "framecnt", "qdisc_bypass"}},
        {"net_af_xdp", {"iface", "start_queue", "queue_count", "shared_umem", "xdp_prog", "busy_budget", "force_copy"}},
        {"net_pcap", {"rx_pcap", "tx_pcap", "rx_iface", "rx_iface_in", "tx_iface", "iface", "phy_mac", "infinite_rx"}},
        {"net_null", {"size", "copy", "no-rx"}},
        {"net_memif", {"id", "role", "bsize", "rsize", "socket", "socket-abstract", "mac", "zero-copy", "secret"}},
        {"net_ring", {"nodeaction", "internal"}},
        {"net_vhost",
         {"iface", "queues", "client", "iommu-support", "postcopy-support", "tso", "linear-buffer", "ext-buffer",
          "legacy-ol-flags"}},
        {"net_virtio_user",
         {"queues", "cq", "mac", "path", "queue_size", "iface", "server", "mrg_rxbuf", "in_order", "packed_vq", "speed",
          "vectorized"}}};
    return kDrivers;
}

template <typename List, typename Name>
std::string listed(const List& list, Name name) {
    std::string text;
    for (const auto& entry : list) text.append(text.empty() ? "" : ", ").append(name(entry));
    return text;
}

void check_words(const Device& device) {
    const auto driver = std::find_if(drivers().begin(), drivers().end(),
                                     [&](const Driver& known) { return known.name == device.driver(); });
    if (driver == drivers().end())
        refuse(device, "no such virtual device; there are " + listed(drivers(), [](const Driver& known) {
                           return known.name;
                       }) + ", each with a number behind, as in net_tap0");
    for (const auto& [name, value] : device.arguments)
        if (std::find(driver->arguments.begin(), driver->arguments.end(), name) == driver->arguments.end())
            refuse(device, "unknown argument " + name + "; " + std::string{driver->name} + " takes " +
                               listed(driver->arguments, [](std::string_view known) { return known; }));
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

void check_rights(const Device& device) {
    if (!may_administer_networks()) refuse(device, "needs root (CAP_NET_ADMIN): run with sudo");
}

void check_tap(const Device& device) {
    const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        refuse(device, std::string{"/dev/net/tun cannot be opened: "} + std::strerror(errno) +
                           (errno == ENOENT ? "; `sudo modprobe tun` brings it" : "; run as root (sudo)"));
    close(fd);
    check_rights(device);
    const std::string name = device.argument("iface");
    if (name.size() >= IF_NAMESIZE)
        refuse(device, name + " is too long for an interface's name; give at most " + std::to_string(IF_NAMESIZE - 1) +
                           " letters");
    // DPDK opens a TAP that is there already as one more of its queues: two programs would share its frames.
    if (!name.empty() && if_nametoindex(name.c_str()) != 0)
        refuse(device, "there is an interface " + name +
                           " already, most often another snmpgate's; end that, or give another iface=");
}

void check_interface(const Device& device, std::string_view argument) {
    const std::string name = device.argument(argument);
    if (name.empty()) refuse(device, "names no interface; write \"" + device.name + ",iface=NAME\"");
    if (if_nametoindex(name.c_str()) == 0)
        refuse(device, "there is no interface " + name + " here; `ip -brief link` shows what there is");
}

void check_kernel_interface(const Device& device) {
    check_rights(device);
    check_interface(device, "iface");
}

size_t receive_queues(const std::string& interface) {
    std::error_code error;
    size_t count = 0;
    for (const auto& queue : fs::directory_iterator{"/sys/class/net/" + interface + "/queues", error})
        if (queue.path().filename().string().starts_with("rx-")) ++count;
    return count;
}

// AF_XDP serves queues of the NIC by number; what the NIC puts in others goes to the kernel.
void check_receive_queues(const Device& device) {
    const std::string interface = device.argument("iface"), given = device.argument("queue_count");
    const size_t served = given.empty() ? 1 : std::strtoul(given.c_str(), nullptr, 10);
    const size_t there = receive_queues(interface);
    if (there != 0 && there != served)
        refuse(device, interface + " has " + std::to_string(there) + " receive queues, and " + std::to_string(served) +
                           " would be served: `sudo ethtool -L " + interface + " combined " + std::to_string(served) +
                           "`");
}

void check_af_xdp(const Device& device) {
    check_kernel_interface(device);
    const int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd < 0 && errno == EAFNOSUPPORT)
        refuse(device, "this kernel has no AF_XDP (CONFIG_XDP_SOCKETS); write net_af_packet instead");
    if (fd >= 0) close(fd);
    check_receive_queues(device);
}

void check_captures(const Device& device) {
    for (const auto& [name, value] : device.arguments) {
        if (name == "rx_pcap" && access(value.c_str(), R_OK) != 0)
            refuse(device, "rx_pcap=" + value + " cannot be read: " + std::strerror(errno) +
                               "; give a capture that is there, as tcpdump -w makes one");
        const fs::path folder = fs::path{value}.parent_path();
        if (name == "tx_pcap" && access(folder.empty() ? "." : folder.c_str(), W_OK) != 0)
            refuse(device, "tx_pcap=" + value + " cannot be written: " + std::strerror(errno) + "; `mkdir -p " +
                               folder.string() + "`, or give another place");
        if (name.ends_with("iface") || name == "rx_iface_in") check_interface(device, name);
    }
    if (device.count("rx_pcap") + device.count("tx_pcap") + device.count("rx_iface") + device.count("rx_iface_in") +
            device.count("tx_iface") + device.count("iface") ==
        0)
        refuse(device, "names no capture; write \"" + device.name + ",rx_pcap=IN.pcap,tx_pcap=OUT.pcap\"");
}

std::string word_of(const fs::path& file) {
    std::string word;
    std::ifstream{file} >> word;
    return word;
}

// Mellanox/NVIDIA and Microsoft: their DPDK drivers work beside the kernel's.
bool keeps_kernel_driver(const std::string& vendor) { return vendor == "0x15b3" || vendor == "0x1414"; }

void check_pci(const Device& device, const std::vector<std::string>& eal_arguments) {
    if (std::find(eal_arguments.begin(), eal_arguments.end(), "--no-pci") != eal_arguments.end())
        refuse(device, "is a NIC, and EAL is told --no-pci; take that out of \"eal\"");
    const fs::path path = fs::path{"/sys/bus/pci/devices"} / device.name;
    std::error_code error;
    if (!fs::exists(path, error))
        refuse(device, "there is no such PCI device; `dpdk-devbind.py --status-dev net` shows what there is");
    const fs::path link = fs::read_symlink(path / "driver", error);
    const std::string driver = error ? "no driver" : link.filename().string();
    constexpr std::string_view kUserSpace[] = {"vfio-pci", "uio_pci_generic", "igb_uio"};
    if (std::find(std::begin(kUserSpace), std::end(kUserSpace), driver) != std::end(kUserSpace)) return;
    if (keeps_kernel_driver(word_of(path / "vendor"))) {
        if (error)
            refuse(device, "is bound to no driver; this make works beside the kernel's: `sudo modprobe mlx5_core`");
        return;
    }
    refuse(device, "is bound to " + driver +
                       ", not to DPDK: `sudo modprobe vfio-pci && sudo dpdk-devbind.py "
                       "--bind=vfio-pci " +
                       device.name + "` (never the interface you are logged in through)");
}

}  // namespace

void check_device(const Device& device, const std::vector<std::string>& eal_arguments) {
    if (device.text.empty())
        throw std::runtime_error(
            device.key +
            ": not given; name a device, or use --driver drivers-config/tap.json to try it without "
            "a NIC");
    if (device.is_pci()) return check_pci(device, eal_arguments);
    if (!device.is_virtual() && if_nametoindex(device.name.c_str()) != 0)
        refuse(device, "is an interface of the kernel's; write \"net_af_packet0,iface=" + device.name +
                           "\", or bind the NIC to vfio-pci and give its PCI address");
    if (!device.is_virtual())
        refuse(device,
               "is no device; give a virtual device as \"net_tap0,iface=asa0\", or a PCI address as "
               "\"0000:65:00.0\"");
    check_words(device);
    const std::string driver = device.driver();
    if (driver == "net_tap") check_tap(device);
    if (driver == "net_af_packet") check_kernel_interface(device);
    if (driver == "net_af_xdp") check_af_xdp(device);
    if (driver == "net_pcap") check_captures(device);
}

}  // namespace snmpgate::app

#include "ports/preflight.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "machine.hpp"
#include "ports/device.hpp"
#include "ports/device_check.hpp"

namespace snmpgate::app {
namespace {

constexpr size_t kMegabyte = 1u << 20;

bool has(const std::vector<std::string>& arguments, const std::string& option) {
    return std::find(arguments.begin(), arguments.end(), option) != arguments.end();
}

size_t rounded_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit; }

void check_cpus(const Config& config) {
    const Machine machine = this_machine();
    for (const auto& [key, cpus] :
         {std::pair{"cores.rx", &config.cores.rx}, std::pair{"cores.workers", &config.cores.workers},
          std::pair{"cores.tx", &config.cores.tx}})
        for (const unsigned cpu : *cpus)
            if (machine.find(cpu) == nullptr)
                throw std::runtime_error(std::string{key} + ": CPU " + std::to_string(cpu) +
                                         " is not online, or not allowed to this process; it may use " +
                                         machine.listed());
}

struct Hugepages {
    size_t total = 0, free = 0;  // pages of the default size
    size_t page = 0;             // bytes
    size_t bytes_free = 0;       // of all sizes
};

Hugepages hugepages() {
    Hugepages pages;
    std::ifstream meminfo{"/proc/meminfo"};
    for (std::string key; meminfo >> key;) {
        size_t value = 0;
        if (key == "HugePages_Total:" && meminfo >> value) pages.total = value;
        if (key == "HugePages_Free:" && meminfo >> value) pages.free = value;
        if (key == "Hugepagesize:" && meminfo >> value) pages.page = value * 1024;
    }
    std::error_code error;
    for (const auto& size : std::filesystem::directory_iterator{"/sys/kernel/mm/hugepages", error}) {
        const std::string name = size.path().filename();  // hugepages-2048kB
        size_t count = 0;
        if (std::ifstream{size.path() / "free_hugepages"} >> count)
            pages.bytes_free += count * std::stoul(name.substr(name.find('-') + 1)) * 1024;
    }
    return pages;
}

void check_hugepages(size_t bytes_needed) {
    const Hugepages pages = hugepages();
    if (pages.bytes_free >= std::max<size_t>(bytes_needed, 1)) return;
    constexpr size_t kUsual = 512;  // pages: 1 GB of them where they have 2 MB
    if (pages.page == 0) throw std::runtime_error("this kernel has no hugepages; give --no-huge after -- (slower)");
    const size_t missing = rounded_up(bytes_needed - std::min(bytes_needed, pages.bytes_free), pages.page);
    const std::string cure =
        "`sudo sysctl vm.nr_hugepages=" + std::to_string(bytes_needed == 0 ? kUsual : pages.total + missing) +
        "` reserves them, or give --no-huge after -- (slower)";
    if (bytes_needed == 0) throw std::runtime_error("no hugepages are free: " + cure);
    throw std::runtime_error("hugepages: " + std::to_string(pages.bytes_free / kMegabyte) + " MB are free, " +
                             std::to_string(rounded_up(bytes_needed, kMegabyte)) + " MB are needed: " + cure);
}

// Of `-m 512` and `-m512`; the last counts. 0 if it is not given, or no number.
size_t ordinary_megabytes(const std::vector<std::string>& arguments) {
    size_t megabytes = 0;
    for (size_t i = 0; i < arguments.size(); ++i) {
        if (!arguments[i].starts_with("-m")) continue;
        const std::string value =
            arguments[i].size() > 2 ? arguments[i].substr(2) : (i + 1 < arguments.size() ? arguments[i + 1] : "");
        megabytes = std::strtoul(value.c_str(), nullptr, 10);
    }
    return megabytes;
}

void check_ordinary_memory(const std::vector<std::string>& arguments, size_t bytes_needed) {
    constexpr size_t kDefault = 64;  // MB, EAL's
    const size_t given = ordinary_megabytes(arguments);
    const size_t needed = rounded_up(bytes_needed, kMegabyte);
    if ((given != 0 ? given : kDefault) >= needed) return;
    throw std::runtime_error((given != 0 ? "-m " + std::to_string(given) : std::string{"-m is not given, 64 MB"}) +
                             ": too little memory for --no-huge; give -m " + std::to_string(needed) +
                             " in the driver file's \"eal\", or after --");
}

}  // namespace

void preflight(const Config& config, const std::vector<std::string>& eal_arguments, size_t bytes_needed) {
    check_cpus(config);
    for (const Device& device : devices_of(config)) check_device(device, eal_arguments);
    if (has(eal_arguments, "--no-huge"))
        check_ordinary_memory(eal_arguments, bytes_needed);
    else
        check_hugepages(bytes_needed);
}

}  // namespace snmpgate::app

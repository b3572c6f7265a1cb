#include "machine.hpp"

#include <filesystem>
#include <fstream>
#include <sched.h>

namespace snmpgate::app {
namespace {

// Whether a list of the kernel's, such as "2-3,7", holds a CPU.
bool holds(const char* file, unsigned cpu) {
    std::ifstream list{file};
    unsigned first = 0, last = 0;
    while (list >> first) {
        last = first;
        if (list.peek() == '-') list.ignore() >> last;
        if (cpu >= first && cpu <= last) return true;
        list.ignore();
    }
    return false;
}

// /sys/devices/system/cpu/cpu3/node1
unsigned node_of(unsigned cpu) {
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator{"/sys/devices/system/cpu/cpu" + std::to_string(cpu), error}) {
        const std::string name = entry.path().filename();
        if (name.starts_with("node") && name.size() > 4) return static_cast<unsigned>(std::stoul(name.substr(4)));
    }
    return 0;
}

}  // namespace

const Machine::Cpu* Machine::find(unsigned number) const {
    for (const Cpu& cpu : cpus)
        if (cpu.number == number) return &cpu;
    return nullptr;
}

std::string Machine::listed() const {
    std::string text;
    for (const Cpu& cpu : cpus) {
        if (!text.empty()) text += ',';
        text += std::to_string(cpu.number);
    }
    return text;
}

Machine this_machine() {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    Machine machine;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &set))
            machine.cpus.push_back({cpu, node_of(cpu), holds("/sys/devices/system/cpu/isolated", cpu)});
    if (machine.cpus.empty()) machine.cpus.push_back({0, 0, false});
    return machine;
}

}  // namespace snmpgate::app

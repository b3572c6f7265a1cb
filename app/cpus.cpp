#include "cpus.hpp"

#include <fstream>
#include <sched.h>

namespace snmpgate::app {

std::vector<unsigned> allowed_cpus() {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    std::vector<unsigned> cpus;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    return cpus.empty() ? std::vector<unsigned>{0} : cpus;
}

bool is_isolated(unsigned cpu) {
    std::ifstream list{"/sys/devices/system/cpu/isolated"};  // such as "2-3,7"
    unsigned first = 0, last = 0;
    while (list >> first) {
        last = first;
        if (list.peek() == '-') list.ignore() >> last;
        if (cpu >= first && cpu <= last) return true;
        list.ignore();
    }
    return false;
}

std::string listed(const std::vector<unsigned>& cpus) {
    std::string text;
    for (const unsigned cpu : cpus) {
        if (!text.empty()) text += ',';
        text += std::to_string(cpu);
    }
    return text;
}

}  // namespace snmpgate::app

#pragma once

#include <string>
#include <vector>

namespace snmpgate::app {

// What a plan needs to know of the machine.
struct Machine {
    struct Cpu {
        unsigned number;
        unsigned node;  // NUMA
        bool isolated;  // the kernel keeps other work off it (isolcpus)
    };
    std::vector<Cpu> cpus;  // that this process may use, ascending; never empty

    [[nodiscard]] const Cpu* find(unsigned number) const;
    [[nodiscard]] std::string listed() const;  // "0,1,4", as EAL takes it
};

// The machine this runs on.
[[nodiscard]] Machine this_machine();

}  // namespace snmpgate::app

#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace snmpgate::app {

// What an operator may ask and order, by name. The control socket and DPDK's telemetry answer with the same handlers,
// the control thread for the one and a thread of DPDK's for the other, so calls are one at a time under a lock. Never
// called from a frame's path.
class Commands {
 public:
    // `arguments` is an object, nested no deeper than protocol.hpp says. A handler refuses by throwing
    // std::runtime_error whose text is for the operator. It calls no other command.
    using Handler = std::function<nlohmann::ordered_json(const nlohmann::json& arguments)>;

    // A name is lower-case letters, digits and _.
    void add(std::string name, Handler handler);

    // Throws std::runtime_error: what the handler refuses, or that there is no such command and which was meant.
    [[nodiscard]] nlohmann::ordered_json call(std::string_view name, const nlohmann::json& arguments);

    // Does something that no handler may run beside.
    template <typename Task>
    void exclusively(Task task) {
        const std::scoped_lock lock{mutex_};
        task();
    }

 private:
    std::mutex mutex_;
    std::map<std::string, Handler, std::less<>> handlers_;
};

}  // namespace snmpgate::app

#include "control/commands.hpp"

#include <stdexcept>
#include <vector>

#include "control/nearest.hpp"

namespace snmpgate::app {
namespace {

// Without the library's "[json.exception.type_error.302] ".
std::string plain(const nlohmann::json::exception& error) {
    const std::string_view text = error.what();
    const size_t end = text.find("] ");
    return std::string(end == std::string_view::npos ? text : text.substr(end + 2));
}

}  // namespace

void Commands::add(std::string name, Handler handler) {
    const std::scoped_lock lock{mutex_};
    handlers_[std::move(name)] = std::move(handler);
}

nlohmann::ordered_json Commands::call(std::string_view name, const nlohmann::json& arguments) {
    const std::scoped_lock lock{mutex_};
    const auto it = handlers_.find(name);
    if (it == handlers_.end()) {
        std::vector<std::string> known;
        for (const auto& entry : handlers_) known.push_back(entry.first);
        throw std::runtime_error(unknown("command", name, known));
    }
    try {
        return it->second(arguments);
    } catch (const nlohmann::json::exception& error) {
        throw std::runtime_error("arguments of " + it->first + ": " + plain(error));
    }
}

}  // namespace snmpgate::app

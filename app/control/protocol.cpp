#include "control/protocol.hpp"

#include <stdexcept>

#include "config/refusal.hpp"

namespace snmpgate::app {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr const char* kExample = R"(; a request is {"command": "status", "arguments": {}} on one line)";

std::string line(const OrderedJson& json) {
    // A path or a device's name may hold bytes that are no UTF-8.
    return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

Json parse(std::string_view request) {
    // What is nested without end would overflow the stack of whoever copies it.
    const Json::parser_callback_t no_deeper = [](int depth, Json::parse_event_t, const Json&) {
        if (depth > kDeepestRequest) throw std::runtime_error("the request is nested too deep");
        return true;
    };
    try {
        return Json::parse(request, no_deeper);
    } catch (const Json::exception&) {
        throw std::runtime_error("the request is not JSON" + std::string(kExample));
    }
}

OrderedJson result_of(Commands& commands, std::string_view text) {
    const Json request = parse(text);
    if (!request.is_object()) throw std::runtime_error("the request is no JSON object" + std::string(kExample));
    for (const auto& [key, value] : request.items())
        if (key != "command" && key != "arguments")
            throw std::runtime_error("unknown key " + shown(Json(key)) + kExample);
    if (!request.contains("command")) throw std::runtime_error("command: missing" + std::string(kExample));
    const Json& command = request["command"];
    if (!command.is_string()) throw std::runtime_error("command = " + shown(command) + ": must be a string");
    static const Json kNone = Json::object();
    const Json& arguments = request.contains("arguments") ? request["arguments"] : kNone;
    if (!arguments.is_object())
        throw std::runtime_error("arguments = " + shown(arguments) + ": must be an object, { }");
    return commands.call(command.get_ref<const std::string&>(), arguments);
}

}  // namespace

std::string answer(Commands& commands, std::string_view request) {
    try {
        return line({{"ok", true}, {"result", result_of(commands, request)}});
    } catch (const std::exception& error) {
        return refusal(error.what());
    }
}

std::string refusal(std::string_view why) { return line({{"ok", false}, {"error", why}}); }

}  // namespace snmpgate::app

#include "control/telemetry.hpp"

#include <mutex>
#include <stdexcept>
#include <string_view>

#include <rte_telemetry.h>

#include "control/telemetry_fit.hpp"

namespace snmpgate::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPrefix = "/snmpgate/";

// A callback has no argument of its own in DPDK 22.11.
std::mutex serving_mutex;
Commands* serving = nullptr;  // written by Telemetry, read by DPDK's threads

rte_tel_data* container(const Json& value);

void put_object(rte_tel_data* to, const Json& object) {
    rte_tel_data_start_dict(to);
    for (const auto& [name, value] : object.items()) {
        if (value.is_string()) {
            rte_tel_data_add_dict_string(to, name.c_str(), value.get_ref<const std::string&>().c_str());
        } else if (value.is_number_unsigned()) {
            rte_tel_data_add_dict_u64(to, name.c_str(), value.get<uint64_t>());
        } else if (value.is_number_integer()) {
            rte_tel_data_add_dict_int(to, name.c_str(), value.get<int>());
        } else if (rte_tel_data* inner = container(value); inner != nullptr) {
            constexpr int kDpdkFreesIt = 0;
            if (rte_tel_data_add_dict_container(to, name.c_str(), inner, kDpdkFreesIt) != 0) rte_tel_data_free(inner);
        }
    }
}

void put_array(rte_tel_data* to, const Json& array) {
    const bool numbers = !array.empty() && array.front().is_number();
    rte_tel_data_start_array(to, numbers ? RTE_TEL_U64_VAL : RTE_TEL_STRING_VAL);
    for (const Json& element : array) {
        if (numbers)
            rte_tel_data_add_array_u64(to, element.get<uint64_t>());
        else
            rte_tel_data_add_array_string(to, element.get_ref<const std::string&>().c_str());
    }
}

rte_tel_data* container(const Json& value) {
    rte_tel_data* data = rte_tel_data_alloc();
    if (data == nullptr) return nullptr;
    if (value.is_object())
        put_object(data, value);
    else
        put_array(data, value);
    return data;
}

// On a thread of DPDK's. A text where the command is refused.
int answer(const char* command, const char* parameters, rte_tel_data* to) {
    const std::scoped_lock lock{serving_mutex};
    if (serving == nullptr) return -1;
    const std::string_view wanted = parameters != nullptr ? parameters : "";
    try {
        const Json whole = serving->call(std::string_view(command).substr(kPrefix.size()), telemetry_arguments(wanted));
        put_object(to, fit_telemetry(telemetry_members(whole, wanted)));
    } catch (const std::exception& error) {
        constexpr size_t kMostText = RTE_TEL_MAX_SINGLE_STRING_LEN / 2;  // fits even if each byte has to be escaped
        rte_tel_data_string(to, telemetry_text(error.what()).substr(0, kMostText).c_str());
    }
    return 0;
}

}  // namespace

Telemetry::Telemetry(Commands& commands, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        const std::string command = std::string(kPrefix) + name;
        const std::string help = "What `snmpgatectl " + name + "` tells. Parameters: members to choose";
        if (rte_telemetry_register_cmd(command.c_str(), answer, help.c_str()) != 0)
            throw std::runtime_error("DPDK's telemetry does not take the command " + command);
    }
    const std::scoped_lock lock{serving_mutex};
    serving = &commands;
}

Telemetry::~Telemetry() {
    const std::scoped_lock lock{serving_mutex};
    serving = nullptr;
}

}  // namespace snmpgate::app

#include "compile.hpp"

namespace snmpgate::app {

std::unique_ptr<const Policy> compile(const Config& config) {
    auto policy = std::make_unique<Policy>();
    policy->mode = config.mode;
    policy->realms = locate::Realms{
        config.realms, config.nat.headers ? locate::Headers::translated_here : locate::Headers::translated_beside};
    policy->stations = decide::Stations{config.blocklist.macs};
    policy->prefixes = decide::BlockedPrefixes{config.blocklist.prefixes};
    for (const uint16_t port : config.alg.ports) policy->snmp_ports.set(port);
    policy->translate_headers = config.nat.headers;
    policy->translate_values = config.alg.level != AlgLevel::off;
    policy->malformed = config.frames.malformed;
    policy->unparsable = config.alg.unparsable;
    policy->untranslatable = config.alg.untranslatable;
    for (const wire::Protocol protocol : config.records.also) policy->record_also.set(static_cast<size_t>(protocol));
    return policy;
}

}  // namespace snmpgate::app

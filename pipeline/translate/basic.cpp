#include "translate/basic.hpp"

#include "wire/bytes.hpp"

namespace snmpgate::translate {

Reason plan_address(std::span<const uint8_t> frame, size_t at, const locate::AddressMap& map, Plan& plan,
                    uint32_t& addresses) {
    const auto image = map.image(wire::load<wire::Ipv4>(frame, at).host());
    if (!image) return Reason::none;
    const wire::Ipv4 fresh{*image};
    if (!plan.add(at, sizeof fresh, std::bit_cast<std::array<uint8_t, 4>>(fresh))) return Reason::translate_full;
    ++addresses;
    return Reason::none;
}

Reason plan_values(std::span<const uint8_t> frame, const wire::snmp::Message& message, const locate::AddressMap& map,
                   Plan& plan, uint32_t& addresses) {
    if (message.encrypted) return Reason::snmp_v3_encrypted;
    const size_t planned = plan.size();
    uint32_t changed = 0;
    Reason reason = Reason::none;
    if (message.trap.agent_address.size == 4)
        reason = plan_address(frame, message.trap.agent_address.offset, map, plan, changed);
    for (const wire::snmp::Varbind& varbind : message.list()) {
        if (reason != Reason::none) break;
        if (varbind.tag == wire::ber::tag::kIpAddress && varbind.value.size == 4)
            reason = plan_address(frame, varbind.value.offset, map, plan, changed);
    }
    if (reason == Reason::none && changed != 0 && message.is_signed()) reason = Reason::snmp_v3_signed;
    if (reason != Reason::none) {
        plan.shrink(planned);
        return reason;
    }
    addresses += changed;
    return Reason::none;
}

}  // namespace snmpgate::translate

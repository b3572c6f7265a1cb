#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "path.hpp"

// Inputs on which other systems are known to have failed (requirements, section 6), through the whole path. Each seed
// of the fuzz corpus named e<number>_… has its defined end here: a Reason, a verdict under either policy, a record.
namespace snmpgate::stages {
namespace {

// What is not in this list is in order: no Reason, forwarded, recorded if it is ARP or SNMP.
const std::map<std::string, Reason> kExpected = {
    {"e1_trap_empty", Reason::ber_truncated},
    {"e1_trap_fails_after_address", Reason::ber_integer_empty},
    {"e1_trap_fails_after_id", Reason::snmp_pdu_field},
    {"e1_trap_fails_before_id", Reason::ber_truncated},
    {"e2_indefinite_message", Reason::ber_indefinite},
    {"e2_indefinite_primitive", Reason::ber_indefinite},
    {"e2_length_4_octets", Reason::ber_truncated},
    {"e2_length_beyond_buffer", Reason::ber_truncated},
    {"e2_oid_empty", Reason::snmp_oid},
    {"e3_address_long", Reason::snmp_ipaddress_size},
    {"e3_address_one_octet_at_end", Reason::snmp_ipaddress_size},
    {"e3_address_short_at_end", Reason::snmp_ipaddress_size},
    {"e3_version_empty", Reason::ber_integer_empty},
    {"e3_version_empty_then_more", Reason::ber_integer_empty},
    {"e8_fragment_first", Reason::snmp_fragment},
    {"e8_ipv6_fragment_first", Reason::snmp_fragment},
    {"e10_only_0_bytes", Reason::snmp_empty},
    {"e10_only_1_bytes", Reason::ber_truncated},
    {"e10_only_2_bytes", Reason::ber_truncated},
    {"e10_only_3_bytes", Reason::ber_truncated},
    {"e12_sub_identifier_unended", Reason::snmp_oid},
    {"e15_arp_hln_5", Reason::arp_hardware_size},
    {"e15_arp_pln_16", Reason::arp_protocol_size},
    {"e15_arp_sizes_0", Reason::arp_hardware_size},
    {"e15_arp_sizes_255", Reason::arp_truncated},
    {"e17_arp_hln_255_cut", Reason::arp_truncated},
    {"e17_cut_at_05", Reason::ber_truncated},
    {"e17_cut_at_12", Reason::ber_truncated},
    {"e17_cut_at_20", Reason::ber_truncated},
    {"e17_cut_at_33", Reason::ber_truncated},
    {"e17_cut_at_48", Reason::ber_truncated},
    {"e18_length_8_octets_negative", Reason::ber_length_octets},
    {"e18_length_octets_missing", Reason::ber_truncated},
    {"e18_length_reserved", Reason::ber_length_octets},
    {"e18_usm_length_one_past_end", Reason::ber_truncated},
    {"e18_usm_long_length_past_end", Reason::ber_truncated},
    {"e19_set_oid_malformed", Reason::snmp_oid},
    {"e20_integer_127_octets", Reason::ber_integer_size},
    {"e20_integer_9_octets", Reason::ber_integer_size},
    {"e22_9000_bytes", Reason::snmp_message},
    {"e23_fragment_past_65535", Reason::ipv4_fragment_over},
    {"e23_fragment_tiny", Reason::udp_truncated},
    {"e23_ipv6_fragment_past_65535", Reason::ipv6_fragment_over},
    {"e24_list_length_long", Reason::ber_truncated},
    {"e24_list_length_short", Reason::ber_truncated},
    {"e24_response_ends_behind_list_tag", Reason::ber_truncated},
    {"e25_arp_cut", Reason::arp_truncated},
    {"e25_arp_header_cut", Reason::arp_truncated},
};

const std::filesystem::path kCorpus = std::filesystem::path{SNMPGATE_SOURCE} / "tests/fuzz/corpus";

Bytes read(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

struct Seed {
    std::string name;
    Bytes frame;
};

// Frames as they are; messages over UDP, from an agent.
std::vector<Seed> seeds() {
    std::vector<Seed> seeds;
    for (const std::string target : {"frame", "snmp"}) {
        for (const auto& entry : std::filesystem::directory_iterator{kCorpus / target}) {
            const std::string name = entry.path().stem();
            if (name.size() < 3 || name[0] != 'e' || name.find('_') > 3 || !std::isdigit(name[1])) continue;
            const Bytes bytes = read(entry.path());
            seeds.push_back(
                {name, target == "frame"
                           ? bytes
                           : test::Frame().eth().ipv4("10.1.0.5", "198.51.100.9").udp(161, 40000).snmp(bytes).bytes()});
        }
    }
    return seeds;
}

Reason expected(const std::string& name) {
    const auto found = kExpected.find(name);
    return found == kExpected.end() ? Reason::none : found->second;
}

bool always_recorded(const Bytes& frame) {
    const wire::Packet packet = wire::parse_packet(wire::Extent::whole(frame));
    wire::SnmpPorts ports;
    ports.set(161).set(162);
    return packet.network == wire::Network::arp || wire::carries_snmp(packet, ports);
}

TEST(Evil, ByDefaultEachPassesUnchangedWithItsReason) {
    const std::vector<Seed> all = seeds();
    ASSERT_GT(all.size(), 60u);
    for (const auto& [name, frame] : all) {
        Path path{R"({"mode": "prevent"})"};
        EXPECT_EQ(path.pass({frame}, Side::internal), Frames{frame}) << name;
        const std::vector<Record> records = path.records();
        ASSERT_EQ(records.size(), always_recorded(frame) ? 1u : 0u) << name;
        for (const Record& record : records) {
            EXPECT_EQ(action_of(record), Action::forward) << name;
            EXPECT_EQ(reason_of(record), expected(name)) << name << ": " << name_of(reason_of(record));
        }
        for (const ReasonName& entry : kReasons) {
            const stages::ByReason& passed = path.counters().sides[index(Side::internal)].passed;
            const bool counted = entry.reason == expected(name) && entry.reason != Reason::none;
            EXPECT_EQ(passed[static_cast<size_t>(entry.reason)].get(), counted ? 1u : 0u) << name << ": " << entry.name;
        }
    }
}

// Fragments are incomplete, not malformed: no policy of these discards them.
TEST(Evil, OnRequestWhatIsRefusedIsDiscarded) {
    for (const auto& [name, frame] : seeds()) {
        Path path{R"({"mode": "prevent", "frames": {"malformed": "discard"}, "alg": {"unparsable": "discard"}})"};
        const bool passes = expected(name) == Reason::none || expected(name) == Reason::snmp_fragment;
        EXPECT_EQ(path.pass({frame}, Side::internal).size(), passes ? 1u : 0u) << name;
        if (passes) continue;
        const Record record = path.record();
        EXPECT_EQ(action_of(record), Action::discard) << name;
        EXPECT_EQ(reason_of(record), expected(name)) << name;
    }
}

// With a realm that maps half of all addresses a refused message is still never half translated.
TEST(Evil, WhatIsRefusedIsNeverTranslated) {
    for (const auto& [name, frame] : seeds()) {
        Path path{R"({"realms": [{"name": "half", "maps": [{"private": "0.0.0.0/1", "public": "128.0.0.0/1"}]}]})"};
        const Frames left = path.pass({frame}, Side::internal);
        if (expected(name) == Reason::none) continue;
        EXPECT_EQ(left, Frames{frame}) << name;
    }
}

}  // namespace
}  // namespace snmpgate::stages

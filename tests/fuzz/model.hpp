#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "reason.hpp"

// A second reading of frames and SNMP messages, for the fuzz targets to hold the first against. It is written from the
// standards as plainly as it can be: it copies, recurses and throws, and shares no code with pipeline/wire but the
// names of the Reasons. Where the two disagree, one of them is wrong.
namespace snmpgate::model {

struct Place {
    size_t offset = 0;
    size_t size = 0;
    bool operator==(const Place&) const = default;
};

struct Packet {
    Reason reason = Reason::none;
    uint16_t type = 0, vlan = 0;
    int tags = 0;
    bool llc = false, fragment = false;
    int network = 0;    // 0 other, 1 ARP, 2 IPv4, 3 IPv6, 4 SNMP
    int transport = 0;  // 0 none, 1 UDP, 2 TCP, 3 ICMP, 4 ICMPv6, 5 other
    int ip_protocol = 0;
    size_t network_at = 0, network_end = 0, transport_at = 0;
    size_t ip_size = 0, source_ip = 0, destination_ip = 0;
    uint16_t source_port = 0, destination_port = 0;
    Place payload;

    // ARP
    uint16_t hardware_type = 0, protocol_type = 0, opcode = 0;
    size_t hardware_size = 0, protocol_size = 0;
    std::array<Place, 4> arp;  // sender MAC, sender IP, target MAC, target IP

    // ICMP
    bool quotes = false;
    size_t quoted_at = 0, quoted_payload = 0, quoted_end = 0;
};

// `head` is the contiguous beginning of a frame of which `captured` bytes are here and `wire` were sent.
Packet parse_packet(std::span<const uint8_t> head, size_t captured, size_t wire);

struct Varbind {
    Place name, value;
    int tag = 0;
};

struct Message {
    Reason reason = Reason::none;
    bool has_header = false, encrypted = false;
    int64_t version = 0;
    int pdu = 0;
    Place community;
    uint32_t message_id = 0, max_size = 0, security_model = 0, engine_boots = 0, engine_time = 0;
    uint8_t flags = 0;
    Place engine_id, user, authentication, privacy, context_engine_id, context_name;
    Place enterprise, agent_address;
    int32_t generic = 0, specific = 0;
    uint32_t timestamp = 0;
    int32_t request_id = 0;
    int64_t error_status = 0, error_index = 0;
    std::vector<Varbind> varbinds;
    int long_lengths = 0, long_integers = 0, trailing = 0, missing = 0;
};

// `at` is where `payload` stands in its frame: places count from the frame's beginning.
Message decode(std::span<const uint8_t> payload, size_t at);

}  // namespace snmpgate::model

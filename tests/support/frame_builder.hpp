#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "support/bytes.hpp"
#include "support/snmp_builder.hpp"

// Frames for tests, layer by layer from the outside in. Lengths, types and checksums are filled in by a plain
// implementation that shares nothing with the code under test; every one can be set wrong through a layer's options.
//
//   Bytes frame = Frame().eth().vlan(10).ipv4("10.1.2.3", "198.51.100.9").udp(161, 40000)
//                     .snmp(Snmp::v2c().response(7).ip("1.3.6.1.2.1.4.20.1.1.10.1.2.3", "10.1.2.3")).bytes();
//
// Without eth() the result is a packet, ready to be quoted: .icmp(3, 1).payload(Frame().ipv4(…).udp(…).bytes()).
namespace snmpgate::test {

inline constexpr std::string_view kInsideMac = "02:00:00:00:00:01";
inline constexpr std::string_view kOutsideMac = "02:00:00:00:00:02";
inline constexpr std::string_view kBroadcastMac = "ff:ff:ff:ff:ff:ff";

struct VlanOptions {
    uint16_t tag_type = 0x8100;  // 0x88A8 for a provider's tag
    uint8_t priority = 0;        // 0..7
};

struct Ipv4Options {
    uint16_t id = 0x1234;
    uint16_t fragment_offset = 0;  // bytes, a multiple of 8
    bool more_fragments = false;
    bool dont_fragment = false;
    uint8_t ttl = 64;
    Bytes options = {};  // padded to a multiple of 4 with end-of-list
    std::optional<uint8_t> version_ihl = {};
    std::optional<uint8_t> protocol = {};  // else the next layer's
    std::optional<uint16_t> total_length = {};
    std::optional<uint16_t> checksum = {};
};

struct Ipv6Options {
    uint8_t hop_limit = 64;
    std::optional<uint8_t> next_header = {};
    std::optional<uint16_t> payload_length = {};
};

struct UdpOptions {
    bool no_checksum = false;  // 0 on the wire (RFC 768)
    std::optional<uint16_t> length = {};
    std::optional<uint16_t> checksum = {};
};

// ARP as on the wire; the defaults are an ordinary request for 10.1.0.1 by 10.1.2.3.
struct Arp {
    uint16_t opcode = 1;
    Bytes sender_mac = mac(kInsideMac);
    Bytes sender_ip = ip("10.1.2.3");
    Bytes target_mac = Bytes(6);
    Bytes target_ip = ip("10.1.0.1");
    uint16_t hardware_type = 1;
    uint16_t protocol_type = 0x0800;
    std::optional<uint8_t> hardware_size = {};  // else the sender MAC's
    std::optional<uint8_t> protocol_size = {};  // else the sender IP's
};

class Frame {
 public:
    Frame& eth(std::string_view destination = kOutsideMac, std::string_view source = kInsideMac) {
        return add([head = joined({mac(destination), mac(source)})](const Inner& inner) {
            Bytes bytes = head;
            put16(bytes, inner.type());
            return Inner{joined({bytes, inner.bytes})};
        });
    }

    Frame& vlan(uint16_t id, VlanOptions options = {}) {
        return add([id, options](const Inner& inner) {
            Bytes bytes;
            put16(bytes, static_cast<uint64_t>(options.priority << 13 | id));
            put16(bytes, inner.type());
            return Inner{joined({bytes, inner.bytes}), options.tag_type};
        });
    }

    // 802.3: what encloses it holds a length instead of a type. snap() is LLC and SNAP with the next layer's EtherType.
    Frame& llc(uint8_t dsap = 0x42, uint8_t ssap = 0x42, uint8_t control = 3) {
        return add([=](const Inner& inner) {
            return Inner{joined({{dsap, ssap, control}, inner.bytes}), std::nullopt, 255, true};
        });
    }
    Frame& snap(const Bytes& oui = Bytes(3)) {
        return add([oui](const Inner& inner) {
            Bytes bytes = joined({{0xAA, 0xAA, 0x03}, oui});
            put16(bytes, inner.type());
            return Inner{joined({bytes, inner.bytes}), std::nullopt, 255, true};
        });
    }

    Frame& arp(const Arp& arp = {}) {
        return add([arp](const Inner& inner) {
            Bytes bytes;
            put16(bytes, arp.hardware_type);
            put16(bytes, arp.protocol_type);
            bytes.push_back(arp.hardware_size.value_or(static_cast<uint8_t>(arp.sender_mac.size())));
            bytes.push_back(arp.protocol_size.value_or(static_cast<uint8_t>(arp.sender_ip.size())));
            put16(bytes, arp.opcode);
            return Inner{joined({bytes, arp.sender_mac, arp.sender_ip, arp.target_mac, arp.target_ip, inner.bytes}),
                         0x0806};
        });
    }

    Frame& ipv4(std::string_view source, std::string_view destination, Ipv4Options options = {}) {
        ends_ = joined({ip(source), ip(destination)});
        return add([ends = ends_, options](const Inner& inner) {
            Bytes extra = options.options;
            extra.resize((extra.size() + 3) / 4 * 4);
            const size_t header = 20 + extra.size();
            Bytes bytes{options.version_ihl.value_or(static_cast<uint8_t>(0x40 | header / 4)), 0};
            put16(bytes, options.total_length.value_or(static_cast<uint16_t>(header + inner.bytes.size())));
            put16(bytes, options.id);
            put16(bytes, (options.dont_fragment ? 0x4000u : 0u) | (options.more_fragments ? 0x2000u : 0u) |
                             options.fragment_offset / 8u);
            bytes.push_back(options.ttl);
            bytes.push_back(options.protocol.value_or(inner.protocol));
            put16(bytes, 0);
            bytes = joined({bytes, ends, extra});
            set16(bytes, 10, options.checksum.value_or(internet_checksum(bytes)));
            return Inner{joined({bytes, inner.bytes}), 0x0800, 4};
        });
    }

    Frame& ipv6(std::string_view source, std::string_view destination, Ipv6Options options = {}) {
        ends_ = joined({ip(source), ip(destination)});
        return add([ends = ends_, options](const Inner& inner) {
            Bytes bytes{0x60, 0, 0, 0};
            put16(bytes, options.payload_length.value_or(static_cast<uint16_t>(inner.bytes.size())));
            bytes.push_back(options.next_header.value_or(inner.protocol));
            bytes.push_back(options.hop_limit);
            return Inner{joined({bytes, ends, inner.bytes}), 0x86DD, 41};
        });
    }

    // An IPv6 extension header of `type`; `body` is all of it behind the next-header octet.
    Frame& extension(uint8_t type, const Bytes& body) {
        return add([type, body](const Inner& inner) {
            return Inner{joined({{inner.protocol}, body, inner.bytes}), std::nullopt, type};
        });
    }
    Frame& ipv6_fragment(uint16_t offset, bool more, uint32_t id = 7) {
        Bytes body{0};
        put16(body, static_cast<uint64_t>((offset & 0xFFF8) | (more ? 1 : 0)));
        put32(body, id);
        return extension(44, body);
    }

    Frame& udp(uint16_t source, uint16_t destination, UdpOptions options = {}) {
        return add([source, destination, options, ends = ends_](const Inner& inner) {
            Bytes bytes;
            put16(bytes, source);
            put16(bytes, destination);
            put16(bytes, options.length.value_or(static_cast<uint16_t>(8 + inner.bytes.size())));
            put16(bytes, 0);
            bytes = joined({bytes, inner.bytes});
            const uint16_t right = transport_checksum(ends, 17, bytes);
            const uint16_t usual = options.no_checksum ? uint16_t{0} : right == 0 ? uint16_t{0xFFFF} : right;
            set16(bytes, 6, options.checksum.value_or(usual));
            return Inner{bytes, std::nullopt, 17};
        });
    }

    Frame& tcp(uint16_t source, uint16_t destination, uint8_t flags = 0x10) {
        return add([=, ends = ends_](const Inner& inner) {
            Bytes bytes;
            put16(bytes, source);
            put16(bytes, destination);
            bytes = joined({bytes, {0, 0, 0, 1, 0, 0, 0, 1, 0x50, flags, 0x10, 0x00, 0, 0, 0, 0}, inner.bytes});
            set16(bytes, 16, transport_checksum(ends, 6, bytes));
            return Inner{bytes, std::nullopt, 6};
        });
    }

    // `rest` is the second word: a redirect's gateway, an echo's identifier and number.
    Frame& icmp(uint8_t type, uint8_t code, uint32_t rest = 0) {
        return add([=](const Inner& inner) {
            Bytes bytes{type, code, 0, 0};
            put32(bytes, rest);
            bytes = joined({bytes, inner.bytes});
            set16(bytes, 2, internet_checksum(bytes));
            return Inner{bytes, std::nullopt, 1};
        });
    }
    Frame& icmpv6(uint8_t type, uint8_t code) {
        return add([=, ends = ends_](const Inner& inner) {
            Bytes bytes = joined({{type, code, 0, 0, 0, 0, 0, 0}, inner.bytes});
            set16(bytes, 2, transport_checksum(ends, 58, bytes));
            return Inner{bytes, std::nullopt, 58};
        });
    }

    // Over UDP, or directly over Ethernet with EtherType 0x814C (RFC 4789).
    Frame& snmp(const Snmp& message) { return snmp(message.bytes()); }
    Frame& snmp(const Bytes& message) {
        return add([message](const Inner& inner) { return Inner{joined({message, inner.bytes}), 0x814C}; });
    }

    // Any bytes; `type` is the EtherType if this stands directly behind Ethernet, `protocol` if behind IP.
    Frame& payload(const Bytes& bytes, uint16_t type = 0x88B5, uint8_t protocol = 253) {
        return add([=](const Inner& inner) { return Inner{joined({bytes, inner.bytes}), type, protocol}; });
    }

    // Ethernet padding up to `size` bytes of frame, outside all lengths.
    Frame& pad(size_t size = 60, uint8_t fill = 0) {
        pad_to_ = size;
        fill_ = fill;
        return *this;
    }

    [[nodiscard]] Bytes bytes() const {
        Inner inner;
        for (size_t i = layers_.size(); i-- > 0;) inner = layers_[i](inner);
        if (inner.bytes.size() < pad_to_) inner.bytes.resize(pad_to_, fill_);
        return inner.bytes;
    }

    // The checksum of UDP, TCP or ICMPv6 with its pseudo header; `ends` is source and destination, IPv4 or IPv6. Where
    // the datagram's own checksum field is filled in, 0 says it is right.
    static uint16_t transport_checksum(const Bytes& ends, uint8_t protocol, const Bytes& datagram) {
        Bytes pseudo = ends;
        put32(pseudo, protocol);
        put32(pseudo, datagram.size());
        return internet_checksum(joined({pseudo, datagram}));
    }

 private:
    // What a layer is given of those inside it, and what it is to the one around it.
    struct Inner {
        Bytes bytes = {};
        std::optional<uint16_t> ethertype = {};
        uint8_t protocol = 253;  // RFC 3692: for experiments
        bool has_length_for_type = false;

        [[nodiscard]] uint16_t type() const {
            return has_length_for_type ? static_cast<uint16_t>(bytes.size()) : ethertype.value_or(0x88B5);
        }
    };
    using Layer = std::function<Inner(const Inner&)>;

    Frame& add(Layer layer) {
        layers_.push_back(std::move(layer));
        return *this;
    }

    std::vector<Layer> layers_;
    Bytes ends_;  // of the innermost IP layer so far
    size_t pad_to_ = 0;
    uint8_t fill_ = 0;
};

// The IPv4 fragments of a frame, `size` bytes of payload each (a multiple of 8) but for the last. `network_at` is the
// offset of its IPv4 header, which has no options.
inline std::vector<Bytes> ipv4_fragments(const Bytes& frame, size_t size, size_t network_at = 14) {
    const auto at = [&](size_t offset) { return frame.begin() + static_cast<long>(offset); };
    const size_t payload_at = network_at + 20, end = network_at + get16(frame, network_at + 2);
    std::vector<Bytes> fragments;
    for (size_t from = payload_at; from < end; from += size) {
        const size_t to = std::min(from + size, end);
        Bytes fragment = joined({Bytes(at(0), at(payload_at)), Bytes(at(from), at(to))});
        set16(fragment, network_at + 2, 20 + to - from);
        set16(fragment, network_at + 6, (to < end ? 0x2000u : 0u) | (from - payload_at) / 8);
        set16(fragment, network_at + 10, 0);
        set16(fragment, network_at + 10, internet_checksum(std::span{fragment}.subspan(network_at, 20)));
        fragments.push_back(std::move(fragment));
    }
    return fragments;
}

}  // namespace snmpgate::test

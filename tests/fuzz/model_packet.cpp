#include <algorithm>

#include "model.hpp"

namespace snmpgate::model {
namespace {

struct Refused {
    Reason reason;
};

class FrameReader {
 public:
    FrameReader(std::span<const uint8_t> head, size_t captured, size_t wire)
        : head_(head.begin(), head.end()), captured_(captured), wire_(wire), limit_(wire) {}

    Packet packet;

    void run() {
        packet.network_end = wire_;
        try {
            ethernet();
        } catch (const Refused& refused) {
            packet.reason = refused.reason;
        }
    }

 private:
    // Bytes [at, at + count) must be inside what encloses them, and here.
    void need(size_t at, size_t count, Reason reason) const {
        const size_t end = at + count;
        if (end <= limit_ && end <= head_.size()) return;
        const bool lost_by_capture = captured_ < wire_ && end > captured_ && end <= wire_;
        throw Refused{lost_by_capture ? Reason::frame_cut : reason};
    }
    size_t u8(size_t at) const { return head_.at(at); }
    size_t u16(size_t at) const { return u8(at) * 256 + u8(at + 1); }

    void ethernet() {
        need(0, 14, Reason::frame_short);
        size_t at = 12;
        size_t type = u16(at);
        packet.type = static_cast<uint16_t>(type);
        while (type == 0x8100 || type == 0x88A8 || type == 0x9100) {
            if (packet.tags == 4) throw Refused{Reason::vlan_depth};
            need(at + 2, 4, Reason::vlan_truncated);
            if (packet.tags == 0) packet.vlan = static_cast<uint16_t>(u16(at + 2) % 4096);
            packet.tags += 1;
            at += 4;
            type = u16(at);
            packet.type = static_cast<uint16_t>(type);
        }
        packet.network_at = at + 2;
        if (type < 1536) {
            if (!snap(type)) return;
        }
        limit_ = packet.network_end;
        switch (packet.type) {
            case 0x0806:
                packet.network = 1;
                return arp();
            case 0x0800:
                packet.network = 2;
                return ipv4();
            case 0x86DD:
                packet.network = 3;
                return ipv6();
            case 0x814C:
                packet.network = 4;
                packet.payload = {packet.network_at, packet.network_end - packet.network_at};
                return;
            default:
                return;
        }
    }

    // 802.3: true if SNAP gives an EtherType.
    bool snap(size_t length) {
        const size_t at = packet.network_at;
        if (at + length > wire_) throw Refused{Reason::llc_length};
        packet.llc = true;
        packet.network_end = at + length;
        limit_ = packet.network_end;
        if (length < 3 || head_.size() < at + 3) llc_truncated();
        if (u8(at) != 0xAA || u8(at + 1) != 0xAA || u8(at + 2) != 3) return false;
        if (length < 8 || head_.size() < at + 8) llc_truncated();
        if (u8(at + 3) != 0 || u8(at + 4) != 0 || u8(at + 5) != 0) return false;
        packet.llc = false;
        packet.type = static_cast<uint16_t>(u16(at + 6));
        packet.network_at = at + 8;
        return true;
    }

    void llc_truncated() const {
        need(packet.network_end, 0, Reason::llc_truncated);
        throw Refused{Reason::llc_truncated};
    }

    void arp() {
        size_t at = packet.network_at;
        // The record tells what can be read even of a header that ends early.
        const size_t here = std::min(head_.size(), limit_) - at;
        if (here >= 2) packet.hardware_type = static_cast<uint16_t>(u16(at));
        if (here >= 4) packet.protocol_type = static_cast<uint16_t>(u16(at + 2));
        if (here >= 5) packet.hardware_size = u8(at + 4);
        if (here >= 6) packet.protocol_size = u8(at + 5);
        if (here >= 8) packet.opcode = static_cast<uint16_t>(u16(at + 6));
        need(at, 8, Reason::arp_truncated);
        at += 8;
        for (size_t i = 0; i < 4; ++i) {
            const size_t size = i % 2 == 0 ? packet.hardware_size : packet.protocol_size;
            need(at, size, Reason::arp_truncated);
            packet.arp[i] = {at, size};
            at += size;
        }
        if (packet.protocol_type == 0x0800 && packet.protocol_size == 4)
            ends(4, packet.arp[1].offset, packet.arp[3].offset);
        if (packet.hardware_type == 1 && packet.hardware_size != 6) throw Refused{Reason::arp_hardware_size};
        if (packet.protocol_type == 0x0800 && packet.protocol_size != 4) throw Refused{Reason::arp_protocol_size};
    }

    void ends(size_t size, size_t source, size_t destination) {
        packet.ip_size = size;
        packet.source_ip = source;
        packet.destination_ip = destination;
    }

    struct Ipv4 {
        size_t payload, end, offset, protocol;
        bool more;
    };

    Ipv4 ipv4_header(size_t at, bool quoted) const {
        need(at, 20, Reason::ipv4_truncated);
        if (u8(at) / 16 != 4) throw Refused{Reason::ipv4_version};
        const size_t header = u8(at) % 16 * 4;
        const size_t total = u16(at + 2);
        if (header < 20) throw Refused{Reason::ipv4_header_length};
        if (total < header) throw Refused{Reason::ipv4_total_length};
        if (!quoted && at + total > limit_) throw Refused{Reason::ipv4_total_length};
        need(at, header, Reason::ipv4_header_length);
        const size_t offset = u16(at + 6) % 8192 * 8;
        if (offset + total - header > 65535) throw Refused{Reason::ipv4_fragment_over};
        return {at + header, std::min(at + total, limit_), offset, u8(at + 9), u8(at + 6) / 32 % 2 == 1};
    }

    void ipv4() {
        if (packet.network_at + 20 <= std::min(head_.size(), limit_) && u8(packet.network_at) / 16 == 4)
            ends(4, packet.network_at + 12, packet.network_at + 16);  // whatever else is wrong
        const Ipv4 header = ipv4_header(packet.network_at, false);
        ip(header.payload, header.end, header.offset, header.more, header.protocol);
    }

    void ipv6() {
        size_t at = packet.network_at;
        need(at, 40, Reason::ipv6_truncated);
        if (u8(at) / 16 != 6) throw Refused{Reason::ipv6_version};
        ends(16, at + 8, at + 24);  // whatever else is wrong
        const size_t end = at + 40 + u16(at + 4);
        if (end > limit_) throw Refused{Reason::ipv6_payload_length};
        limit_ = end;
        size_t protocol = u8(at + 6), offset = 0;
        bool more = false;
        at += 40;
        for (int headers = 0; offset == 0; ++headers) {
            const bool extension = protocol == 0 || protocol == 43 || protocol == 44 || protocol == 51 ||
                                   protocol == 60 || protocol == 135;
            if (!extension) break;
            if (headers == 8) throw Refused{Reason::ipv6_extension_headers};
            // 8 octets at least; how many more, its second one says.
            const bool tells = at + 2 <= limit_ && at + 2 <= head_.size();
            size_t size = 8;
            if (tells && protocol != 44) size += u8(at + 1) * (protocol == 51 ? 4 : 8);
            need(at, size, Reason::ipv6_extension_headers);
            if (protocol == 44) {
                offset = u16(at + 2) / 8 * 8;
                more = u16(at + 2) % 2 == 1;
            }
            protocol = u8(at);
            at += size;
        }
        if (offset + (end - at) > 65535) throw Refused{Reason::ipv6_fragment_over};
        ip(at, end, offset, more, protocol);
    }

    void ip(size_t at, size_t end, size_t offset, bool more, size_t protocol) {
        packet.transport_at = at;
        packet.network_end = limit_ = end;
        packet.ip_protocol = static_cast<int>(protocol);
        packet.fragment = more || offset != 0;
        if (offset != 0) return;
        packet.transport = 5;
        if (protocol == 17) udp(at);
        if (protocol == 6) tcp(at);
        if (protocol == 1 && packet.network == 2) icmp(at);
        if (protocol == 58 && packet.network == 3) packet.transport = 4;
    }

    void ports(size_t at) {
        packet.source_port = static_cast<uint16_t>(u16(at));
        packet.destination_port = static_cast<uint16_t>(u16(at + 2));
    }

    void udp(size_t at) {
        packet.transport = 1;
        need(at, 8, Reason::udp_truncated);
        ports(at);
        const size_t length = u16(at + 4);
        const size_t end = std::min(at + length, limit_);
        packet.payload = {at + 8, end > at + 8 ? end - at - 8 : 0};
        if (length < 8) throw Refused{Reason::udp_length};
        if (at + length > limit_ && !packet.fragment) throw Refused{Reason::udp_length};
    }

    void tcp(size_t at) {
        packet.transport = 2;
        need(at, 20, Reason::tcp_truncated);
        ports(at);
        const size_t header = u8(at + 12) / 16 * 4;
        const bool wrong = header < 20 || at + header > limit_;
        if (wrong && !packet.fragment) throw Refused{Reason::tcp_header_length};
    }

    void icmp(size_t at) {
        packet.transport = 3;
        need(at, 8, Reason::icmp_truncated);
        const size_t type = u8(at);
        if (type != 3 && type != 4 && type != 5 && type != 11 && type != 12) return;
        try {
            const Ipv4 quoted = ipv4_header(at + 8, true);
            packet.quotes = true;
            packet.quoted_at = at + 8;
            packet.quoted_payload = quoted.payload;
            packet.quoted_end = quoted.end;
        } catch (const Refused&) {
            // What an error quotes badly is its sender's affair.
        }
    }

    const std::vector<uint8_t> head_;
    const size_t captured_, wire_;
    size_t limit_;
};

}  // namespace

Packet parse_packet(std::span<const uint8_t> head, size_t captured, size_t wire) {
    FrameReader reader{head, captured, wire};
    reader.run();
    return reader.packet;
}

}  // namespace snmpgate::model

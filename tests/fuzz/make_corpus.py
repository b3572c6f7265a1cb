#!/usr/bin/python3
"""Writes the named seeds of the fuzz corpus: a good message of every kind, and the evil inputs of the requirements.

usage: make_corpus.py [DIRECTORY]     (default: corpus/ beside this script)

Files that the fuzzer found and a merge kept lie beside these, under their hash, and are left alone. An evil input is
named after its number: e1_trap_empty.bin is E1. Those that take more than one frame or a program around the decoder
(E4, E9, E11, E13) are not here.
"""
import struct
import sys
from pathlib import Path


# BER, the shortest way unless told otherwise.
def tlv(tag, content=b"", length=None):
    if length is None:
        size = len(content)
        length = bytes([size]) if size < 128 else long_length(size, (size.bit_length() + 7) // 8)
    return bytes([tag]) + length + content


def long_length(size, octets):
    return bytes([0x80 | octets]) + size.to_bytes(octets, "big")


def integer(value, tag=2, octets=None):
    octets = octets or max(1, (value.bit_length() + 8) // 8)
    return tlv(tag, value.to_bytes(octets, "big", signed=True))


def octets(content=b""):
    return tlv(4, content)


def seq(*parts, length=None):
    return tlv(0x30, b"".join(parts), length)


def oid(dotted, tag=6):
    first, second, *rest = (int(part) for part in dotted.split("."))
    content = b""
    for number in [40 * first + second, *rest]:
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(0x80 | number & 0x7F)
        content += bytes(reversed(septets))
    return tlv(tag, content)


def address(dotted, tag=0x40):
    return tlv(tag, bytes(int(part) for part in dotted.split(".")))


NULL = tlv(5)
ADDRESS_OID = "1.3.6.1.2.1.4.20.1.1.10.1.2.3"


def varbind(name=ADDRESS_OID, value=NULL):
    return seq(oid(name), value)


def pdu(tag, *varbinds, request=7, status=0, index=0):
    return tlv(tag, integer(request) + integer(status) + integer(index) + seq(*varbinds))


def trap(*varbinds, enterprise=None, agent=None, generic=None, specific=None, ticks=None, rest=None):
    parts = [enterprise, agent, generic, specific, ticks]
    usual = [oid("1.3.6.1.4.1.9.1.1"), address("10.1.2.3"), integer(6), integer(1), integer(4711, 0x43)]
    fields = [given if given is not None else default for given, default in zip(parts, usual)]
    return tlv(0xA4, b"".join(fields) + (seq(*varbinds) if rest is None else rest))


def v1(body, community=b"public"):
    return seq(integer(0), octets(community), body)


def v2c(body, community=b"public"):
    return seq(integer(1), octets(community), body)


ENGINE = bytes.fromhex("80001f880302000000000a")


def usm(engine=ENGINE, user=b"operator", authentication=b"", privacy=b"", length=None):
    return seq(octets(engine), integer(1), integer(100), octets(user), octets(authentication), octets(privacy),
               length=length)


def v3(data, flags=b"\x04", model=3, security=None, message_id=1):
    header = seq(integer(message_id), integer(65507), octets(flags), integer(model))
    return seq(integer(3), header, octets(usm() if security is None else security), data)


def scoped(body):
    return seq(octets(ENGINE), octets(b""), body)


def nested(depth):
    """A varbind value of `depth` constructed values inside one another."""
    value = NULL
    for _ in range(depth):
        value = seq(value)
    return value


def good_messages():
    values = {
        "integer": integer(-300), "octets": octets(b"core switch"), "null": NULL, "oid": oid("1.3.6.1.4.1.9"),
        "address": address("10.1.2.3"), "counter": integer(5, 0x41), "gauge": integer(2**32 - 1, 0x42),
        "ticks": integer(99, 0x43), "opaque": tlv(0x44, bytes.fromhex("9f780442f60000")),
        "counter64": integer(2**63, 0x46), "no_such_object": tlv(0x80), "end_of_view": tlv(0x82),
    }
    kinds = {"get": 0xA0, "get_next": 0xA1, "response": 0xA2, "set": 0xA3, "get_bulk": 0xA5, "inform": 0xA6,
             "trap": 0xA7, "report": 0xA8}
    for name, tag in kinds.items():
        body = pdu(tag, varbind(), varbind("1.3.6.1.2.1.1.3.0", address("192.0.2.1")), status=0, index=5)
        yield f"good_v2c_{name}", v2c(body)
        yield f"good_v3_{name}", v3(scoped(body))
    for name in ("get", "get_next", "response", "set"):
        yield f"good_v1_{name}", v1(pdu(kinds[name], varbind(value=address("10.1.2.3"))))
    yield "good_v1_trap", v1(trap(varbind(value=address("10.1.2.3"))))
    yield "good_v2c_values", v2c(pdu(0xA2, *(varbind(value=value) for value in values.values())))
    yield "good_v2c_no_varbinds", v2c(pdu(0xA0))
    yield "good_v2c_nested_8", v2c(pdu(0xA2, varbind(value=nested(4))))
    yield "good_v3_nested_8", v3(scoped(pdu(0xA2, varbind(value=nested(3)))))
    yield "good_v3_signed", v3(scoped(pdu(0xA0, varbind())), b"\x05", security=usm(authentication=bytes(12)))
    yield "good_v3_signed_address", v3(scoped(pdu(0xA2, varbind(value=address("10.1.2.3")))), b"\x01",
                                       security=usm(authentication=bytes(12)))
    yield "good_v3_encrypted", v3(octets(bytes(range(40))), b"\x07", security=usm(b"x" * 12, b"u", b"a" * 12, b"p" * 8))
    yield "good_v3_other_model", v3(scoped(pdu(0xA0)), model=2, security=b"not a sequence")
    yield "good_long_lengths", seq(tlv(2, b"\1", long_length(1, 1)), tlv(4, b"public", long_length(6, 2)),
                                   pdu(0xA0, varbind()), length=long_length(3 + 1 + 10 + len(pdu(0xA0, varbind())), 4))
    yield "good_rfc2962_appendix_a", bytes.fromhex(
        "3082003e020100 04067075626c6963 a282002f 02046cf20c5c 020100 020100 3082001f 3082001b"
        "06132b06010201070501018140 8134810c814a8408 400487b48cca")
    yield "good_wide_length_250", v2c(pdu(0xA2, varbind(value=octets(bytes(250)))))
    yield "good_4096_varbinds", v2c(pdu(0xA2, *[seq(tlv(6, b"\0"), NULL)] * 4096))


def evil_messages():
    yield "e1_trap_empty", bytes.fromhex("300a02010004034543 4ca400")
    yield "e1_trap_fails_before_id", v1(trap(enterprise=b"\x06\x20\x2b"))
    yield "e1_trap_fails_after_id", v1(trap(agent=tlv(0x41, b"\1\2\3\4")))
    yield "e1_trap_fails_after_address", v1(trap(generic=tlv(2)))
    good = v2c(pdu(0xA2, varbind(value=address("10.1.2.3"))))
    yield "e2_length_beyond_buffer", bytes([good[0], good[1] + 1]) + good[2:]
    yield "e2_length_4_octets", b"\x30\x84\xff\xff\xff\xff" + good[2:]
    yield "e2_oid_empty", v2c(pdu(0xA0, seq(tlv(6), NULL)))
    yield "e2_indefinite_primitive", v2c(pdu(0xA0, seq(oid(ADDRESS_OID), b"\x04\x80ab\0\0")))
    yield "e2_indefinite_message", b"\x30\x80" + good[2:] + b"\0\0"
    yield "e3_address_short_at_end", v2c(pdu(0xA2, varbind(value=address("10.1.2"))))
    yield "e3_address_one_octet_at_end", v2c(pdu(0xA2, varbind(value=tlv(0x40, b"\x0a"))))
    yield "e3_address_long", v2c(pdu(0xA2, varbind(value=address("10.1.2.3.4"))))
    yield "e3_version_empty", seq(tlv(2))
    yield "e3_version_empty_then_more", seq(tlv(2), octets(b"public"), pdu(0xA0))
    yield "e5_v1_trap_public_agent", v1(trap(varbind(), agent=address("192.0.2.7")))
    yield "e5_v3_plain_address", v3(scoped(pdu(0xA2, varbind(value=address("10.1.2.3")))))
    yield "e6_community_not_utf8", v2c(pdu(0xA0, varbind()), b"\xff\xfe\0\x80")
    yield "e6_community_empty", v1(pdu(0xA0, varbind()), b"")
    for size in range(4):
        yield f"e10_only_{size}_bytes", good[:size]
    yield "e12_sub_identifier_11_octets", v2c(pdu(0xA0, seq(tlv(6, b"\x2b" + b"\xff" * 10 + b"\x7f"), NULL)))
    yield "e12_sub_identifier_unended", v2c(pdu(0xA0, seq(tlv(6, b"\x2b\xff\xff"), NULL)))
    yield "e14_integer_negative", v2c(pdu(0xA2, varbind(value=integer(-1)), request=-2, status=-3, index=-128))
    yield "e14_integer_padded", v2c(tlv(0xA2, integer(-1, octets=3) + integer(1, octets=8) + integer(0) + seq()))
    yield "e16_community_300", v2c(pdu(0xA2, varbind(), status=5), b"c" * 300)
    for keep in (5, 12, 20, 33, len(good) - 1):
        yield f"e17_cut_at_{keep:02}", good[:keep]
    yield "e18_usm_long_length_past_end", v3(scoped(pdu(0xA0)), security=usm(length=b"\x82\xff\xff"))
    yield "e18_usm_length_one_past_end", v3(scoped(pdu(0xA0)), security=usm(length=bytes([len(usm()) - 1])))
    yield "e18_length_8_octets_negative", b"\x30\x88" + b"\xff" * 8 + good[2:]
    yield "e18_length_octets_missing", b"\x30\x84\x00\x00"
    yield "e18_length_reserved", b"\x30\xff" + good[2:]
    yield "e19_set_oid_malformed", v2c(pdu(0xA3, seq(tlv(6, b"\x80"), integer(1))))
    yield "e19_get_bulk_repetitions", v2c(pdu(0xA5, *[varbind()] * 8, status=0, index=2**31 - 1))
    yield "e20_integer_9_octets", v2c(tlv(0xA0, tlv(2, b"\1" * 9) + integer(0) + integer(0) + seq()))
    yield "e20_integer_127_octets", v2c(tlv(0xA0, tlv(2, b"\1" * 127)))
    yield "e21_oid_128_sub_identifiers", v2c(pdu(0xA0, varbind("1.3" + ".95" * 200)))
    yield "e24_trap_ends_before_list", v1(trap(rest=b""))
    yield "e24_trap_ends_behind_list_tag", v1(trap(rest=b"\x30"))
    yield "e24_response_ends_behind_list_tag", v1(tlv(0xA2, integer(1) * 3 + b"\x30"))
    yield "e24_list_length_short", v2c(tlv(0xA2, integer(1) + integer(0) * 2 + seq(varbind(), length=b"\x10")))
    yield "e24_list_length_long", v2c(tlv(0xA2, integer(1) + integer(0) * 2 + seq(varbind(), length=b"\x20")))
    yield "e24_list_trailing", v2c(tlv(0xA2, integer(1) + integer(0) * 2 + seq(varbind()) + b"\5\0"))
    yield "e24_values_without_octets", v2c(pdu(0xA2, *(varbind(value=tlv(t)) for t in (2, 4, 6, 0x40, 0x41, 0x43))))
    yield "e24_v1_trap_in_v3", v3(scoped(trap(varbind())))
    yield "e24_v1_trap_in_v2c", v2c(trap(varbind()))
    # And what has no number there: every refusal has a message that ends in it.
    yield "tag_multi_octet", v2c(pdu(0xA0, seq(oid(ADDRESS_OID), b"\x1f\x81\x01\0")))
    yield "depth_9", v2c(pdu(0xA2, varbind(value=nested(5))))
    yield "depth_9_v3", v3(scoped(pdu(0xA2, varbind(value=nested(4)))))
    yield "depth_200", v2c(pdu(0xA2, varbind(value=nested(200))))
    yield "message_not_sequence", b"\x31" + good[1:]
    yield "version_2", seq(integer(2), octets(b"public"), pdu(0xA0))
    yield "version_not_integer", seq(octets(b"\1"), octets(b"public"), pdu(0xA0))
    yield "community_not_octets", seq(integer(1), integer(5), pdu(0xA0))
    yield "v3_flags_two_octets", v3(scoped(pdu(0xA0)), flags=b"\0\0")
    yield "v3_header_not_sequence", seq(integer(3), octets(b""), octets(usm()), scoped(pdu(0xA0)))
    yield "v3_header_short", seq(integer(3), seq(integer(1)), octets(usm()), scoped(pdu(0xA0)))
    yield "v3_security_not_octets", seq(integer(3), seq(integer(1), integer(484), octets(b"\0"), integer(3)), NULL)
    yield "v3_usm_short", v3(scoped(pdu(0xA0)), security=seq(octets(ENGINE)))
    yield "v3_data_is_null", v3(NULL)
    yield "v3_data_missing", v3(b"")
    yield "v3_scoped_short", v3(seq(octets(ENGINE), NULL))
    yield "pdu_tag_a9", v2c(pdu(0xA9))
    yield "pdu_missing", v2c(b"")
    yield "pdu_field_not_integer", v2c(tlv(0xA0, octets(b"\1") + integer(0) * 2 + seq()))
    yield "list_not_sequence", v2c(tlv(0xA0, integer(1) * 3 + tlv(0x31)))
    yield "varbind_not_sequence", v2c(pdu(0xA0, tlv(0x31)))
    yield "varbind_without_value", v2c(pdu(0xA0, seq(oid(ADDRESS_OID))))
    yield "varbind_name_not_oid", v2c(pdu(0xA0, seq(octets(b"x"), NULL)))
    yield "varbind_trailing", v2c(pdu(0xA0, seq(oid(ADDRESS_OID), NULL, NULL)))
    yield "trap_agent_3_octets", v1(trap(agent=address("10.1.2")))
    yield "trap_agent_empty", v1(trap(agent=tlv(0x40)))
    yield "message_trailing", good + b"\0\0"
    yield "varbinds_4097", v2c(pdu(0xA2, *[seq(tlv(6, b"\0"), NULL)] * 4097))


# Frames. Checksums are zero where no decoder looks at them.
INSIDE, OUTSIDE = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")


def eth(ethertype, payload, *tags):
    tagged = b"".join(struct.pack("!HH", tpid, vlan) for tpid, vlan in tags)
    return OUTSIDE + INSIDE + tagged + struct.pack("!H", ethertype) + payload


def llc(payload, length=None):
    return OUTSIDE + INSIDE + struct.pack("!H", len(payload) if length is None else length) + payload


def ipv4(protocol, payload, offset=0, more=0, options=b"", total=None, first=None):
    header = 20 + len(options)
    return struct.pack("!BBHHHBBH4s4s", first or 0x40 | header // 4, 0, header + len(payload) if total is None else total,
                       7, more << 13 | offset // 8, 64, protocol, 0, bytes([10, 1, 2, 3]),
                       bytes([198, 51, 100, 9])) + options + payload


def ipv6(protocol, payload, length=None, first=0x60):
    return struct.pack("!B3xHBB", first, len(payload) if length is None else length, protocol, 64) + \
        bytes.fromhex("20010db8" + "00" * 11 + "01") + bytes.fromhex("20010db8" + "00" * 11 + "02") + payload


def udp(source, destination, payload, length=None):
    return struct.pack("!HHHH", source, destination, 8 + len(payload) if length is None else length, 0) + payload


def tcp(source, destination, payload=b"", header=20):
    return struct.pack("!HHIIBBHHH", source, destination, 1, 1, header // 4 << 4, 0x10, 4096, 0, 0) + payload


def icmp(kind, payload=b""):
    return struct.pack("!BBHI", kind, 1, 0, 0x0A010001) + payload


def arp(opcode=1, hardware=1, protocol=0x0800, hln=6, pln=4, body=None):
    if body is None:
        body = INSIDE + bytes([10, 1, 2, 3]) + bytes(6) + bytes([10, 1, 0, 1])
    return struct.pack("!HHBBH", hardware, protocol, hln, pln, opcode) + body


def padded(frame, size=60, fill=b"\0"):
    return frame + fill * (size - len(frame))


def frames():
    message = v2c(pdu(0xA2, varbind(value=address("10.1.2.3"))))
    snmp = udp(161, 40000, message)
    packet = ipv4(17, snmp)
    yield "good_snmp_ipv4", eth(0x0800, packet)
    yield "good_snmp_vlan", eth(0x0800, packet, (0x8100, 0x600A))
    yield "good_snmp_qinq", eth(0x0800, packet, (0x88A8, 100), (0x8100, 10))
    yield "good_snmp_old_qinq", eth(0x0800, packet, (0x9100, 100), (0x9100, 10))
    yield "good_snmp_snap", llc(bytes.fromhex("aaaa030000000800") + packet)
    yield "good_snmp_ethernet", padded(eth(0x814C, v1(pdu(0xA0))))
    yield "good_snmp_ipv6", eth(0x86DD, ipv6(17, snmp))
    yield "good_snmp_ipv6_extensions", eth(0x86DD, ipv6(0, b"\x3c\0" + bytes(6) + b"\x2b\0" + bytes(6) + b"\x33\0" +
                                                        bytes(6) + b"\x87\4" + bytes(6) + b"\x11\0" + bytes(6) +
                                                        bytes(32) + snmp))
    yield "good_snmp_options", eth(0x0800, ipv4(17, snmp, options=bytes.fromhex("94040000")))
    for port in (20, 21, 23, 25, 53, 80, 137, 139, 143, 443, 445, 1720, 5060, 8080, 9999):
        yield f"good_tcp_{port:04}", eth(0x0800, ipv4(6, tcp(port, 50000)))
    yield "good_udp_dns", eth(0x0800, ipv4(17, udp(50000, 53, bytes(12))))
    yield "good_udp_dhcp", eth(0x0800, ipv4(17, udp(68, 67, bytes(12))))
    yield "good_udp_rtp", eth(0x0800, ipv4(17, udp(16384, 16386, b"\x80" + bytes(11))))
    yield "good_bpdu", padded(llc(bytes.fromhex("424203") + bytes(35)))
    yield "good_llc_3", llc(bytes.fromhex("424203"))
    yield "good_lldp", padded(eth(0x88CC, bytes(20)))
    yield "good_icmp_echo", eth(0x0800, ipv4(1, icmp(8, bytes(8))))
    yield "good_icmpv6", eth(0x86DD, ipv6(58, icmp(128)))
    for kind in (3, 4, 5, 11, 12):
        yield f"good_icmp_error_{kind:02}", eth(0x0800, ipv4(1, icmp(kind, ipv4(17, udp(40000, 161, b""), total=900))))
    yield "icmp_quotes_nonsense", eth(0x0800, ipv4(1, icmp(3, bytes(28))))
    yield "icmp_over_ipv6", eth(0x86DD, ipv6(1, icmp(8)))
    yield "icmpv6_over_ipv4", eth(0x0800, ipv4(58, icmp(128)))
    yield "gre", eth(0x0800, ipv4(47, bytes(8)))
    # E7: what is behind the first segment; the target parses the first half alone.
    yield "e7_long_frame", eth(0x0800, ipv4(17, udp(161, 162, v2c(pdu(0xA2, varbind(value=octets(bytes(1200))))))))
    yield "e8_fragment_first", eth(0x0800, ipv4(17, snmp[:24], more=1))
    yield "e8_fragment_last", eth(0x0800, ipv4(17, snmp[24:], offset=24))
    yield "e8_ipv6_fragment_first", eth(0x86DD, ipv6(44, b"\x11\0\0\1\0\0\0\7" + snmp[:24]))
    yield "e8_ipv6_fragment_last", eth(0x86DD, ipv6(44, b"\x11\0\0\x18\0\0\0\7" + snmp[24:]))
    yield "e22_9000_bytes", eth(0x0800, ipv4(17, udp(161, 162, bytes(8958))))
    yield "e23_fragment_past_65535", eth(0x0800, ipv4(17, bytes(24), offset=65528))
    yield "e23_ipv6_fragment_past_65535", eth(0x86DD, ipv6(44, b"\x11\0\xff\xf8\0\0\0\7" + bytes(24)))
    yield "e23_fragment_tiny", eth(0x0800, ipv4(17, snmp[:4], more=1))
    yield "e23_fragment_tcp_tiny", eth(0x0800, ipv4(6, tcp(80, 50000, header=60), more=1))
    # E15, E17, E25: ARP.
    yield "good_arp_request", padded(eth(0x0806, arp()))
    yield "good_arp_reply", padded(eth(0x0806, arp(2)))
    yield "e15_arp_sizes_0", padded(eth(0x0806, arp(hln=0, pln=0)))
    yield "e15_arp_sizes_255", padded(eth(0x0806, arp(hln=255, pln=255)))
    yield "e15_arp_hln_5", padded(eth(0x0806, arp(hln=5)))
    yield "e15_arp_pln_16", padded(eth(0x0806, arp(pln=16, body=bytes(44))))
    yield "e17_arp_atm_hln_20", eth(0x0806, arp(hardware=19, hln=20, body=bytes(48)))
    yield "e17_arp_hln_255_cut", eth(0x0806, arp(hardware=19, hln=255, body=bytes(300)))
    yield "e25_arp_inverse_8", padded(eth(0x0806, arp(8)))
    yield "e25_arp_inverse_9", padded(eth(0x0806, arp(9)))
    yield "e25_arp_opcode_0", padded(eth(0x0806, arp(0)))
    yield "e25_arp_opcode_65535", padded(eth(0x0806, arp(65535)))
    yield "e25_arp_sender_mac_zero", padded(eth(0x0806, arp(body=bytes(20))))
    yield "e25_arp_sender_mac_broadcast", padded(eth(0x0806, arp(body=b"\xff" * 20)))
    yield "e25_arp_probe", padded(eth(0x0806, arp(body=INSIDE + bytes(10) + bytes([10, 1, 2, 3]))))
    yield "e25_arp_gratuitous_fhrp", padded(eth(0x0806, arp(2, body=(bytes.fromhex("00005e000101") +
                                                                     bytes([10, 1, 0, 1])) * 2)))
    yield "e25_arp_padding_ff", padded(eth(0x0806, arp()), fill=b"\xff")
    yield "e25_arp_vlan", padded(eth(0x0806, arp(), (0x8100, 10)))
    yield "e25_arp_qinq", padded(eth(0x0806, arp(), (0x88A8, 100), (0x8100, 10)))
    yield "e25_arp_snap", padded(llc(bytes.fromhex("aaaa030000000806") + arp()))
    yield "e25_arp_cut", eth(0x0806, arp()[:27])
    yield "e25_arp_header_cut", eth(0x0806, arp()[:7])
    # And what has no number there.
    yield "frame_13", eth(0x0800, b"")[:13]
    yield "frame_empty", b""
    yield "vlan_cut", eth(0x8100, b"\0\n")
    yield "vlan_four_tags", eth(0x0800, packet, *[(0x8100, 10)] * 4)
    yield "vlan_five_tags", eth(0x0800, packet, *[(0x8100, 10)] * 5)
    yield "llc_length_beyond", llc(bytes(10), 11)
    yield "llc_length_2", llc(bytes(46), 2)
    yield "llc_snap_cut", llc(bytes.fromhex("aaaa0300"))
    yield "llc_snap_vendor", llc(bytes.fromhex("aaaa0300000c2000") + bytes(20))
    yield "ipv4_19_bytes", eth(0x0800, packet[:19])
    yield "ipv4_version_5", eth(0x0800, ipv4(17, snmp, first=0x55))
    yield "ipv4_header_16", eth(0x0800, ipv4(17, snmp, first=0x44))
    yield "ipv4_header_beyond", eth(0x0800, ipv4(17, b"", first=0x4F, total=60))
    yield "ipv4_total_beyond", eth(0x0800, ipv4(17, snmp, total=len(packet) + 1))
    yield "ipv4_total_below_header", eth(0x0800, ipv4(17, snmp, total=19))
    yield "ipv6_39_bytes", eth(0x86DD, ipv6(17, b"")[:39])
    yield "ipv6_version_4", eth(0x86DD, ipv6(17, snmp, first=0x40))
    yield "ipv6_length_beyond", eth(0x86DD, ipv6(17, snmp, length=len(snmp) + 1))
    yield "ipv6_9_extensions", eth(0x86DD, ipv6(60, (b"\x3c\0" + bytes(6)) * 9))
    yield "ipv6_extension_beyond", eth(0x86DD, ipv6(60, b"\x11\x05" + bytes(6)))
    yield "ipv6_extension_cut", eth(0x86DD, ipv6(60, b"\x11"))
    yield "ipv6_fragment_cut", eth(0x86DD, ipv6(44, b"\x11\0\0"))
    yield "udp_7_bytes", eth(0x0800, ipv4(17, snmp[:7]))
    yield "udp_length_7", eth(0x0800, ipv4(17, udp(161, 162, b"", 7)))
    yield "udp_length_beyond", eth(0x0800, ipv4(17, udp(161, 162, b"x", 10)))
    yield "tcp_19_bytes", eth(0x0800, ipv4(6, tcp(80, 81)[:19]))
    yield "tcp_header_16", eth(0x0800, ipv4(6, tcp(80, 81, header=16)))
    yield "tcp_header_beyond", eth(0x0800, ipv4(6, tcp(80, 81, header=24)))
    yield "icmp_7_bytes", eth(0x0800, ipv4(1, icmp(8)[:7]))


def programs():
    """For the cursor: pairs of operation and count, then as many bytes of frame."""
    for name, steps in {
        "reads": [(1, 0), (2, 0), (3, 0), (5, 0), (5, 1)],
        "skip_to_end_and_over": [(0, 8), (0, 1), (1, 0)],
        "skip_wraps": [(0, 1), (0, 255), (5, 255), (4, 255)],
        "nested": [(0, 1), (4, 6), (1, 0), (4, 3), (3, 0), (2, 0), (1, 0), (6, 0), (2, 0), (6, 0), (1, 0)],
        "nested_too_long": [(4, 200), (1, 0)],
        "windows": [(8, 3), (1, 0), (17, 20), (2, 0), (251, 4), (1, 0)],
        "loads": [(7, 0), (7, 12), (7, 13), (7, 14), (7, 200), (7, 255)],
        "read_last": [(0, 14), (3, 0), (2, 0), (1, 0), (1, 0)],
    }.items():
        program = bytes(value for step in steps for value in step)
        yield name, program + bytes(range(1, len(program) + 1))


def translations():
    """A frame, and a byte that chooses: bit 0 header mode, bit 1 entered by the internal port."""
    for name, frame in frames():
        if name.startswith("good_") and len(frame) < 1000:
            yield f"{name}_out", frame + b"\x03"
            yield f"{name}_in", frame + b"\x01"
    for name, message in good_messages():
        packet = ipv4(17, udp(161, 40000, message))
        yield f"{name}_out", eth(0x0800, packet) + b"\x02"
        yield f"{name}_headers_out", eth(0x0800, packet) + b"\x03"


def main():
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent / "corpus"
    seeds = {"cursor": [programs()], "frame": [frames()], "snmp": [good_messages(), evil_messages()],
             "translate": [translations()]}
    for name, generators in seeds.items():
        folder = target / name
        folder.mkdir(parents=True, exist_ok=True)
        for generator in generators:
            for seed, content in generator:
                (folder / f"{seed}.bin").write_bytes(content)


if __name__ == "__main__":
    main()

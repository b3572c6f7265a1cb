"""Captures of SNMP that is odd, and that is wrong."""

import snmp_craft as snmp
from craft_scene import AGENT, AGENT6, MANAGER6, capture, from_agent, response, varbinds
from scapy.all import IPv6


def oddities():
    v2c = lambda pdu: snmp.community_message(1, b"public", pdu)
    good = v2c(snmp.pdu(0xA2, 1, varbinds()))
    stretched = [snmp.long_lengths(2), snmp.long_lengths(3), snmp.long_lengths(4)]
    one = snmp.varbind("1.3.6.1.2.1.4.20.1.1.10.1.0.2", snmp.address("10.1.0.2"))
    shifted = [v2c(snmp.pdu(0xA2, 1, [snmp.varbind("1.3.6.1.2.1.1.5.0", snmp.octets(b"x" * n)), one, one]))
               for n in range(6)]
    long_integer = snmp.sequence(0xA2, snmp.tlv(2, b"\0" * 5 + b"\x07"), snmp.tlv(2, b"\0\0"), snmp.tlv(2, b"\0\0\0"),
                                 snmp.sequence(0x30, one))
    unsigned = snmp.sequence(0xA2, snmp.tlv(2, b"\0\xff\xff\xff\xfe"), snmp.integer(0), snmp.integer(0),
                             snmp.sequence(0x30, one))
    empty_values = [snmp.varbind("1.3.6.1.2.1.1.%d.0" % i, bytes([tag, 0]))
                    for i, tag in enumerate(b"\x02\x04\x05\x06\x40\x41\x42\x43\x44\x46\x80\x81\x82")]
    trap_fields = snmp.trap_fields("1.3.6.1.4.1.9.1.1", agent=AGENT)
    extra = [
        ("non-minimal lengths of 2, 3 and 4 octets", [f(lambda: v2c(snmp.pdu(0xA2, 1, varbinds()))) for f in stretched]),
        ("the same address at six consecutive offsets", shifted),
        ("integers with octets that say nothing, and of 5 octets", [v2c(long_integer), v2c(unsigned)]),
        ("bytes behind the message, the PDU, the list and a value",
         [good + b"\0\0\0", v2c(snmp.pdu(0xA2, 1, [one]) + b"\x05\0"),
          v2c(snmp.sequence(0xA2, snmp.integer(1), snmp.integer(0), snmp.integer(0), snmp.sequence(0x30, one), b"\x05\0")),
          v2c(snmp.pdu(0xA2, 1, [snmp.sequence(0x30, one[2:], b"\x05\0")]))]),
        ("E24: zero-length values of every type instead of NULL", [v2c(snmp.pdu(0xA2, 1, empty_values))]),
        ("E24: v1 trap that ends behind the list's tag, without a list, and with agent-addr of no octets",
         [snmp.community_message(0, b"public", snmp.sequence(0xA4, trap_fields, b"\x30")),
          snmp.community_message(0, b"public", snmp.sequence(0xA4, trap_fields)),
          snmp.community_message(0, b"public", snmp.trap_v1("1.3.6.1.4.1.9", [one], agent=None))]),
        ("E24: list of unusual length: long form of 0, of a size that needs none",
         [v2c(snmp.sequence(0xA2, snmp.integer(1), snmp.integer(0), snmp.integer(0), b"\x30\x81\x00")),
          v2c(snmp.sequence(0xA2, snmp.integer(1), snmp.integer(0), snmp.integer(0),
                            b"\x30\x84\x00\x00\x00" + bytes([len(one)]) + one))]),
        ("300 varbinds, and 300 addresses: more than a record's byte counts",
         [v2c(snmp.pdu(0xA2, 1, [snmp.varbind("1.3.6.1.2.1.1.%d" % i, snmp.integer(i)) for i in range(300)])),
          v2c(snmp.pdu(0xA2, 1, [one] * 300))]),
    ]
    capture("snmp_oddities", "harmless oddities of real agents, all to be understood: " + "; ".join(e[0] for e in extra),
            [from_agent() / response(m) for _, messages in extra for m in messages])


def evil():
    v2c = lambda pdu: snmp.community_message(1, b"public", pdu)
    v1 = lambda pdu: snmp.community_message(0, b"public", pdu)
    one = snmp.varbind("1.3.6.1.2.1.4.20.1.1.10.1.0.2", snmp.address("10.1.0.2"))
    fields = snmp.integer(1) + snmp.integer(0) + snmp.integer(0)
    listed = lambda *inside: v2c(snmp.sequence(0xA2, fields, snmp.sequence(0x30, *inside)))
    name = snmp.oid("1.3.6.1.2.1.4.20.1.1")
    deep = b"\x05\x00"
    for _ in range(40):
        deep = snmp.tlv(0x30, deep)
    good = v2c(snmp.pdu(0xA2, 1, [one]))
    usm = snmp.v3_message(snmp.pdu(0xA2, 1, [one]))
    usm_at = usm.index(b"\x30\x22\x04\x0b")  # the SEQUENCE inside msgSecurityParameters
    trap_ok = snmp.trap_v1("1.3.6.1.4.1.9", [one], agent=AGENT)
    agent_cut = snmp.sequence(0xA4, snmp.oid("1.3.6.1.4.1.9"), b"\x40\x04\x0a\x01")
    messages = [
        ("E1: the public 12 bytes with an empty Trap PDU; cut before id, after id, after address",
         [bytes.fromhex("300a0201000403454343" + "a400"), v1(snmp.sequence(0xA4)),
          v1(snmp.sequence(0xA4, snmp.oid("1.3.6.1.4.1.9"))),
          v1(snmp.sequence(0xA4, snmp.oid("1.3.6.1.4.1.9"), snmp.address(AGENT))), v1(agent_cut)]),
        ("E2: length beyond the buffer, OID of length zero, indefinite length on a primitive and on the message",
         [b"\x30\x82\xff\xff" + good[2:], listed(snmp.tlv(0x30, b"\x06\x00" + snmp.address("10.1.0.2"))),
          listed(snmp.tlv(0x30, name + b"\x40\x80\x0a\x01\x00\x02\x00\x00")), b"\x30\x80" + good[2:] + b"\0\0",
          listed(one, snmp.tlv(0x30, name + b"\x40\x7f\x0a\x01\x00\x02")),
          listed(snmp.tlv(0x30, b"\x06\x03\x2b\x06\x81" + snmp.address("10.1.0.2")))]),
        ("E3: IpAddress of 0 to 5 octets at the end, version of no octets",
         [listed(one, snmp.tlv(0x30, name + snmp.tlv(0x40, bytes([10, 1, 0, 2, 9][:n])))) for n in (0, 1, 2, 3, 5)]
         + [b"\x30\x02\x02\x00", b"\x30\x0a\x02\x00" + good[7:15],
            v1(snmp.trap_v1("1.3.6", [one], raw_agent=b"\x40\x03\x0a\x01\x00"))]),
        ("E6: not an SNMP message at all, nothing, one byte, community of another type",
         [b"GET / HTTP/1.0\r\n", b"", b"\x30",
          snmp.sequence(0x30, snmp.integer(1), snmp.integer(5), snmp.pdu(0xA2, 1, [one]))]),
        ("versions 2, 4, -1, 256",
         [snmp.community_message(v, b"public", snmp.pdu(0xA2, 1, [one])) for v in (2, 4, -1, 256)]),
        ("E18: long-form length on the USM SEQUENCE past its end; lengths of 5 and 8 octets, negative, missing",
         [usm[:usm_at] + b"\x30\x82\x7f\xff" + usm[usm_at + 4 :], usm[:usm_at] + b"\x30\x81\xff" + usm[usm_at + 3 :],
          b"\x30\x85\x00\x00\x00\x00" + bytes([len(good) - 2]) + good[2:], b"\x30\x88" + b"\xff" * 8 + good[2:],
          b"\x30\x84\xff\xff\xff\xff" + good[2:], b"\x30\x82\x01", b"\x30\xff" + good[2:]]),
        ("nested 40 deep, in a value and as the list; multi-octet tags; PDU tags 0xA9, 0xBF, 0x30",
         [listed(snmp.tlv(0x30, name + deep)), v2c(snmp.sequence(0xA2, fields, deep)),
          listed(snmp.tlv(0x30, name + b"\x5f\x40\x04\x0a\x01\x00\x02")), v2c(b"\xa9" + snmp.pdu(0xA2, 1, [one])[1:]),
          v2c(b"\xbf" + snmp.pdu(0xA2, 1, [one])[1:]), v2c(b"\x30" + snmp.pdu(0xA2, 1, [one])[1:])]),
        ("integers of 0, 8, 9 and 200 octets for the request-id; fields of other types; a varbind that is not a SEQUENCE",
         [v2c(snmp.sequence(0xA2, snmp.tlv(2, b"\x01" * n), snmp.integer(0), snmp.integer(0), snmp.sequence(0x30, one)))
          for n in (0, 8, 9, 200)]
         + [v2c(snmp.sequence(0xA2, snmp.octets(b"1"), snmp.integer(0), snmp.integer(0), snmp.sequence(0x30, one))),
            v2c(snmp.sequence(0xA2, snmp.integer(1), snmp.integer(0), snmp.sequence(0x30, one))),
            listed(one, snmp.address("10.1.0.2")), listed(one, snmp.tlv(0x30, snmp.address("10.1.0.2"))),
            listed(one, snmp.tlv(0x30, name)), listed(snmp.tlv(0x30, snmp.octets(b"abc") + snmp.address("10.1.0.2")))]),
        ("v3: flags of no octet and of two, security parameters that are no SEQUENCE, data of another type",
         [snmp.v3_message(snmp.pdu(0xA2, 1, [one]), raw_flags=b"\x04\x00"),
          snmp.v3_message(snmp.pdu(0xA2, 1, [one]), raw_flags=b"\x04\x02\x00\x00"),
          snmp.v3_message(snmp.pdu(0xA2, 1, [one]), security=b"\x04\x02ab"),
          snmp.v3_message(snmp.pdu(0xA2, 1, [one]), security=b""), snmp.v3_message(b"", raw_data=b"\x05\x00"),
          snmp.v3_message(b"", raw_data=b"")]),
    ]
    every_cut = [good[:n] for n in range(len(good))] + [v1(trap_ok)[:n] for n in range(0, len(v1(trap_ok)), 3)]
    capture("evil_snmp", "SNMP that is wrong: " + "; ".join(m[0] for m in messages),
            [from_agent() / response(m) for _, wrong in messages for m in wrong])
    capture("evil_cut", "a response and a trap cut off after each of their bytes, UDP and IP lengths true to the cut",
            [from_agent() / response(m) for m in every_cut])
    frame = bytes(from_agent() / response(good))
    lengths = [frame[:16] + n.to_bytes(2, "big") + frame[18:] for n in (0, 19, 20, 27, 28, 40, len(frame) - 13, 65535)]
    udp = [frame[:38] + n.to_bytes(2, "big") + frame[40:] for n in (0, 7, 8, 9, 30, len(frame) - 33, 65535)]
    ihl = [frame[:14] + bytes([b]) + frame[15:] for b in (0x40, 0x44, 0x4F, 0x55, 0x65, 0x05)]
    v6 = bytes(from_agent() / response(good, ip=IPv6(src=AGENT6, dst=MANAGER6)))
    six = [v6[:18] + n.to_bytes(2, "big") + v6[20:] for n in (0, 7, 65535)] + [v6[:14] + b"\x40" + v6[15:]]
    long_chain = from_agent() / response(good, ip=IPv6(src=AGENT6, dst=MANAGER6))
    chain = bytes(IPv6(src=AGENT6, dst=MANAGER6, nh=60, plen=9 * 8 + 8 + len(good)))
    chain += b"".join(bytes([17 if i == 8 else 60, 0]) + b"\x01\x04\0\0\0\0" for i in range(9)) + bytes(long_chain)[54:]
    capture("evil_headers", "E5, E24: lengths of IPv4, UDP and IPv6 that lie, header lengths and versions that do not fit, "
            "nine extension headers; then the frame cut off on the wire after every byte from 14",
            lengths + udp + ihl + six + [bytes(from_agent())[:12] + b"\x86\xdd" + chain]
            + [frame[:n] for n in range(14, len(frame))])

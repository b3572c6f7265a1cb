"""Captures of SNMP as it should be, in every frame that carries it."""

import snmp_craft as snmp
from craft_scene import AGENT, AGENT6, MANAGER, MANAGER6, capture, from_agent, request, response, to_agent, trap, varbinds
from scapy.all import IP, TCP, Dot1AD, Dot1Q, IPOption, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop, PadN, Raw


def every_pdu(message):
    """A conversation with every PDU of RFC 3416, from both ends; `message` wraps a PDU."""
    names = [snmp.varbind("1.3.6.1.2.1.4.20.1.1", snmp.null()), snmp.varbind("1.3.6.1.2.1.1.3.0", snmp.null())]
    settings = [snmp.varbind("1.3.6.1.2.1.4.21.1.7.10.2.0.0", snmp.address("172.20.0.2"))]
    return [
        to_agent() / request(message(snmp.pdu(0xA0, 1, names))),
        from_agent() / response(message(snmp.pdu(0xA2, 1, varbinds()))),
        to_agent() / request(message(snmp.pdu(0xA1, 2, names))),
        from_agent() / response(message(snmp.pdu(0xA2, 2, varbinds()[1:4], status=2, index=2))),
        to_agent() / request(message(snmp.pdu(0xA3, 2**31 - 1, settings))),
        from_agent() / response(message(snmp.pdu(0xA2, 2**31 - 1, settings, status=17, index=1))),
        to_agent() / request(message(snmp.pdu(0xA5, -5, names, status=1, index=50))),
        from_agent() / response(message(snmp.pdu(0xA2, -5, varbinds()))),
        from_agent() / response(message(snmp.pdu(0xA6, 7, varbinds())), dport=162, sport=40001),
        to_agent() / request(message(snmp.pdu(0xA2, 7, varbinds())), dport=40001, sport=162),
        from_agent() / response(message(snmp.pdu(0xA7, 8, varbinds())), dport=162, sport=161),
        from_agent() / response(message(snmp.pdu(0xA8, 9, varbinds()[1:2]))),
        from_agent() / response(message(snmp.pdu(0xA2, 10, [], status=5, index=0))),
        from_agent() / response(message(snmp.pdu(0xA2, 11, varbinds()[:1], status=300, index=300))),
        from_agent() / response(message(snmp.pdu(0xA2, 12, varbinds()[:1], status=-1, index=-1))),
    ]


def snmp_captures():
    v1 = lambda pdu: snmp.community_message(0, b"public", pdu)
    v2c = lambda pdu: snmp.community_message(1, b"secret", pdu)
    capture("snmp_v1", "SNMPv1: every PDU (those of later versions too), both directions; traps with agent-addr inside, "
            "outside and 0.0.0.0",
            every_pdu(v1) + [from_agent() / response(v1(trap(agent=a)), dport=162) for a in (AGENT, MANAGER, "0.0.0.0")])
    capture("snmp_v2c", "SNMPv2c: every PDU, both directions; a v1 Trap-PDU in it; communities empty, not UTF-8 (E6), 300 "
            "bytes long",
            every_pdu(v2c) + [from_agent() / response(v2c(trap(agent=AGENT)), dport=162)]
            + [from_agent() / response(snmp.community_message(1, c, snmp.pdu(0xA2, 1, varbinds())))
               for c in (b"", b"\xff\xfe\x80\x00\xc3", b"x" * 300)])
    plain = lambda pdu: snmp.v3_message(pdu)
    signed = lambda pdu: snmp.v3_message(pdu, flags=1, authentication=b"\x11" * 12)
    private = lambda pdu: snmp.v3_message(pdu, flags=3, authentication=b"\x11" * 12, privacy=b"\x22" * 8)
    capture("snmp_v3_plain", "SNMPv3 noAuthNoPriv: every PDU, discovery and its Report, an IPv4 engine ID, a v1 Trap-PDU "
            "(E24), another security model, no user",
            every_pdu(plain) + [
                to_agent() / request(snmp.v3_message(snmp.pdu(0xA0, 1, []), flags=4, engine=b"", user=b"")),
                from_agent() / response(snmp.v3_message(snmp.pdu(0xA8, 1, varbinds()[8:9]), user=b"")),
                from_agent() / response(snmp.v3_message(snmp.pdu(0xA2, 2, varbinds()),
                                                        engine=bytes.fromhex("80000009010a010002"))),
                from_agent() / response(snmp.v3_message(trap(agent=AGENT)), dport=162),
                from_agent() / response(snmp.v3_message(snmp.pdu(0xA2, 3, varbinds()), model=2, security=b"opaque")),
            ])
    capture("snmp_v3_signed", "SNMPv3 authNoPriv: readable, may not be changed", every_pdu(signed))
    capture("snmp_v3_private", "SNMPv3 authPriv: only the header can be read", every_pdu(private))


def carriers():
    v2c = snmp.community_message(1, b"public", snmp.pdu(0xA2, 77, varbinds()))
    trap_v1 = snmp.community_message(0, b"public", trap(agent=AGENT))
    ip6 = IPv6(src=AGENT6, dst=MANAGER6)
    inside = bytes(response(v2c))
    macs = bytes(from_agent())[:12]
    snap_ip = b"\xaa\xaa\x03\x00\x00\x00\x08\x00" + inside
    snap_snmp = b"\xaa\xaa\x03\x00\x00\x00\x81\x4c" + trap_v1
    no_checksum = from_agent() / response(v2c, chksum=0)
    wrong = from_agent() / response(v2c, chksum=0x1234)
    options = IP(src=AGENT, dst=MANAGER, id=1, options=[IPOption(b"\x07\x0b\x04\x0a\x01\x00\x02\x00\x00\x00\x00\x00")])
    wrong_ip = from_agent() / response(v2c, ip=IP(src=AGENT, dst=MANAGER, id=1, chksum=0xBEEF))
    capture(
        "snmp_carriers",
        "one SNMPv2c response in every frame that can carry it: IPv4, with options, UDP checksum 0 and wrong, IP checksum "
        "wrong, IPv6 plain and behind extension headers, 802.1Q, priority tag, QinQ, SNAP; UDP shorter than the packet, "
        "padding; 0x814C plain, tagged, in SNAP (RFC 4789)",
        [
            from_agent() / response(v2c), from_agent() / response(v2c, ip=options), no_checksum, wrong, wrong_ip,
            from_agent() / response(v2c, ip=ip6),
            from_agent() / response(v2c, ip=ip6 / IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0\0\0\0")])),
            from_agent() / response(v2c, ip=ip6 / IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0\0\0\0")])
                                    / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 12)])),
            from_agent() / response(v2c, ip=ip6, chksum=0),
            from_agent() / Dot1Q(vlan=10) / response(v2c), from_agent() / Dot1Q(vlan=0, prio=3) / response(v2c),
            from_agent() / Dot1AD(vlan=30) / Dot1Q(vlan=10) / response(v2c),
            from_agent() / Dot1Q(vlan=30) / Dot1Q(vlan=10) / response(trap_v1, dport=162),
            from_agent() / Dot1Q(vlan=10) / response(v2c, ip=ip6),
            macs + len(snap_ip).to_bytes(2, "big") + snap_ip,
            macs + b"\x81\x00\x00\x0a" + len(snap_ip).to_bytes(2, "big") + snap_ip,
            bytes(from_agent() / response(v2c)) + b"trailer of the link",
            from_agent() / IP(src=AGENT, dst=MANAGER, id=1, proto=17) / Raw(inside[20:] + b"odd"),
            macs + b"\x81\x4c" + v2c, macs + b"\x81\x4c" + trap_v1 + bytes(7),
            macs + b"\x81\x00\x00\x0a\x81\x4c" + trap_v1,
            macs + len(snap_snmp).to_bytes(2, "big") + snap_snmp,
            to_agent() / request(v2c, dport=162, sport=161), from_agent() / response(v2c, sport=50000, dport=162),
            from_agent() / response(v2c, sport=50000, dport=50001),
            from_agent() / (IP(src=AGENT, dst=MANAGER, id=1) / TCP(sport=161, dport=40000, flags="PA") / Raw(v2c)),
        ],
    )

"""Captures of what is not SNMP, of ICMP, of fragments and of jumbo frames."""

import snmp_craft as snmp
from craft_arp import arp
from craft_scene import (
    AGENT, AGENT6, MANAGER, MANAGER6, PEER, capture, from_agent, padded, response, to_agent, varbinds,
)
from scapy.all import (
    ICMP, IP, LLC, STP, TCP, UDP, Dot1Q, Ether, IPOption, IPv6, IPv6ExtHdrFragment, Raw, fragment, fragment6,
)
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dns import DNS, DNSQR


def others():
    macs = bytes(from_agent())[:12]
    multicast = lambda dst, type_, body: padded(bytes.fromhex(dst) + bytes.fromhex("020000000101") + type_ + body)
    bpdu = bytes(LLC(dsap=0x42, ssap=0x42, ctrl=3) / STP())
    ip = IP(src=AGENT, dst=MANAGER, id=1)
    capture(
        "others",
        "what passes unchanged: BPDU, LACP, LLDP, 802.1X, pause, CDP in SNAP, NetWare raw 802.3, unknown EtherTypes, "
        "frames of 14 bytes; TCP, UDP of the campus services, IGMP, GRE, ICMPv6, IPv4 and IPv6 inside IPv4",
        [
            multicast("0180c2000000", len(bpdu).to_bytes(2, "big"), bpdu),
            multicast("0180c2000002", b"\x88\x09", b"\x01\x01\x01\x14" + bytes(106)),
            multicast("0180c200000e", b"\x88\xcc", bytes.fromhex("020704020000000101040705312f302f31060200780000")),
            multicast("0180c2000003", b"\x88\x8e", b"\x01\x01\x00\x00"),
            multicast("0180c2000001", b"\x88\x08", b"\x00\x01\x00\xff"),
            multicast("01000ccccccc", (30).to_bytes(2, "big"), b"\xaa\xaa\x03\x00\x00\x0c\x20\x00" + bytes(22)),
            multicast("ffffffffffff", (32).to_bytes(2, "big"), b"\xff\xff" + bytes(30)),
            macs + b"\xfa\xfa", macs + b"\x88\xb5" + bytes(46), macs + b"\x05\xff" + bytes(46), macs + b"\x00\x00",
            macs + b"\x08\x00", macs + b"\x86\xdd", macs + b"\x08\x06", macs + b"\x81\x4c",
            *(from_agent() / ip / TCP(sport=40000, dport=p, flags="S")
              for p in (20, 21, 22, 23, 25, 80, 139, 143, 443, 445, 2000, 5060, 8080)),
            *(from_agent() / ip / UDP(sport=40000, dport=p) / Raw(b"payload")
              for p in (53, 67, 137, 138, 443, 514, 5060, 60000)),
            from_agent() / ip / UDP(sport=40000, dport=53) / DNS(qd=DNSQR(qname="example.org")),
            from_agent() / IP(src="0.0.0.0", dst="255.255.255.255", id=1) / UDP(sport=68, dport=67) / BOOTP(xid=1)
            / DHCP(options=["end"]),
            from_agent() / ip / UDP(sport=20000, dport=20002) / Raw(b"\x80\x00" + bytes(20)),
            from_agent() / IP(src=AGENT, dst="224.0.0.1", proto=2, id=1) / Raw(b"\x11\0\xee\xff\0\0\0\0"),
            from_agent() / IP(src=AGENT, dst=MANAGER, proto=47, id=1) / Raw(b"\0\0\x08\0" + bytes(20)),
            from_agent() / IPv6(src=AGENT6, dst=MANAGER6, nh=58) / Raw(b"\x80\0\0\0\0\1\0\1"),
            from_agent() / ip / IP(src="10.1.0.3", dst=MANAGER, id=2) / UDP(sport=161, dport=4000) / Raw(b"x"),
            from_agent() / ip / TCP(sport=40000, dport=80, dataofs=15) / Raw(b"x"),
            from_agent() / ip / UDP(sport=40000, dport=161, len=8, chksum=0),
        ],
    )


def icmp_captures():
    v2c = snmp.community_message(1, b"public", snmp.pdu(0xA2, 1, varbinds()))
    quoted = [
        IP(src=MANAGER, dst=AGENT, id=9) / UDP(sport=40000, dport=161) / Raw(b"request"),
        IP(src=MANAGER, dst=AGENT, id=9) / UDP(sport=40000, dport=161, chksum=0) / Raw(b"request"),
        IP(src=MANAGER, dst=AGENT, id=9) / UDP(sport=40000, dport=161) / Raw(v2c),
        IP(src=MANAGER, dst=AGENT, id=9) / TCP(sport=40000, dport=80, seq=1) / Raw(b"GET /"),
        IP(src=MANAGER, dst=AGENT, id=9, options=[IPOption(b"\x94\x04\0\0")]) / UDP(sport=1, dport=2) / Raw(b"x" * 9),
        IP(src=MANAGER, dst=AGENT, id=9, chksum=0x1234) / UDP(sport=1, dport=2, chksum=0x4321) / Raw(b"x" * 9),
        IP(src=MANAGER, dst=AGENT, id=9, frag=10) / Raw(b"x" * 30),
        IP(src=MANAGER, dst=AGENT, id=9) / ICMP() / Raw(b"x" * 30),
        IP(src=AGENT, dst=PEER, id=9) / UDP(sport=1, dport=2) / Raw(b"x"),
    ]

    def error(quote, size=None, **fields):
        fields = {"type": 3, "code": 3} | fields
        return from_agent() / IP(src=AGENT, dst=MANAGER, id=1) / ICMP(**fields) / Raw(bytes(quote)[:size])

    packets = [error(q) for q in quoted] + [error(q, 28) for q in quoted] + [error(q, 60) for q in quoted]
    packets += [error(quoted[0], type=t, code=0) for t in (4, 11, 12)]
    packets += [error(quoted[0], type=5, code=1, gw=g) for g in (PEER, MANAGER)]
    packets += [error(quoted[0], n) for n in (0, 1, 19, 20, 21, 27)]
    packets += [error(quoted[0], chksum=0xABCD), error(b"\x60" + bytes(60)), error(b"\x4f" + bytes(30))]
    packets += [from_agent() / Dot1Q(vlan=10) / error(quoted[3])[IP],
                from_agent() / IP(src=AGENT, dst=MANAGER, id=1) / ICMP(type=8) / Raw(b"ping"),
                to_agent() / IP(src=MANAGER, dst=AGENT, id=1) / ICMP(type=0) / Raw(b"pong"),
                from_agent() / IP(src=AGENT, dst=MANAGER, id=1, proto=1) / Raw(b"\x03\x03\x00")]
    capture("icmp", "ICMP errors of every type that quotes, quoting UDP with and without checksum, SNMP, TCP, ICMP, options, a "
            "fragment, wrong checksums; quotations whole, of 28 and 60 bytes, cut short; redirects; echo", packets)


def fragments():
    big = snmp.community_message(1, b"public", snmp.pdu(0xA2, 5, varbinds() * 8))
    small = snmp.community_message(1, b"public", snmp.pdu(0xA0, 5, varbinds()[1:2]))
    answer = {"sport": 161, "dport": 40000}

    def cut(number, packet, size=480, src=AGENT, dst=MANAGER):
        ether = from_agent() if src == AGENT else to_agent()
        return [ether / f for f in fragment(IP(src=src, dst=dst, id=number) / packet, size)]

    four = cut(100, UDP(**answer) / Raw(big))
    wrong = cut(101, UDP(**answer, chksum=0x1111) / Raw(big))
    none = cut(102, UDP(**answer, chksum=0) / Raw(big))
    tcp = cut(103, TCP(sport=80, dport=40000) / Raw(b"z" * 900))
    tiny = cut(104, UDP(sport=40000, dport=161) / Raw(small), 8, MANAGER, AGENT)
    ip6 = IPv6(src=AGENT6, dst=MANAGER6)
    six = [from_agent() / f for f in fragment6(ip6 / IPv6ExtHdrFragment(id=7) / UDP(**answer) / Raw(big), 600)]
    atomic = from_agent() / ip6 / IPv6ExtHdrFragment(id=8) / UDP(sport=40000, dport=161) / Raw(small)
    over = from_agent() / IP(src=AGENT, dst=MANAGER, id=105, frag=8191, proto=17) / Raw(b"q" * 40)
    tagged = [Ether(bytes(f)[:12] + b"\x81\x00\x00\x0a" + bytes(f)[12:]) for f in four]
    capture("fragments", "SNMP in fragments: IPv4 with right, wrong and no UDP checksum, out of order, of 8 bytes each, TCP, "
            "tagged, IPv6, an IPv6 atomic fragment, one beyond 65,535",
            four + wrong + none + [four[2], four[0], four[1]] + tcp + tiny + tagged + six + [atomic, over])


def jumbo():
    many = [snmp.varbind("1.3.6.1.2.1.4.20.1.1.10.1.%d.%d" % divmod(i, 250), snmp.address("10.1.%d.%d" % divmod(i, 250)))
            for i in range(360)]
    message = snmp.community_message(1, b"public", snmp.pdu(0xA2, 1, many))
    full = bytes(from_agent() / response(message))
    filler = snmp.varbind("1.3.6.1.2.1.1.1.0", snmp.octets(b"x" * (9000 - len(full) - 60)))
    exact = bytes(from_agent() / response(snmp.community_message(1, b"public", snmp.pdu(0xA2, 1, many + [filler]))))
    exact += bytes(9000 - len(exact))
    ether = bytes(from_agent())[:12]
    capture("jumbo", "frames of 9000 bytes: SNMP with 360 addresses, the same padded, TCP, UDP on another port, unknown "
            "EtherType, ARP with 8,900 bytes behind it, 0x814C",
            [full, exact, from_agent() / IP(src=AGENT, dst=MANAGER, id=1) / TCP(sport=1, dport=2) / Raw(b"t" * 8946),
             from_agent() / IP(src=AGENT, dst=MANAGER, id=1) / UDP(sport=1, dport=2) / Raw(b"u" * 8958),
             ether + b"\x88\xb5" + b"e" * 8986, bytes(from_agent(type=0x0806) / arp()) + bytes(9000 - 42),
             ether + b"\x81\x4c" + message])

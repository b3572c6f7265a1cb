"""Captures that are made in pairs, and captures whose clocks, sizes or formats matter."""

import snmp_craft as snmp
from craft_arp import arp
from craft_scene import (
    AGENT, AGENT_MAC, BROADCAST, MANAGER, MANAGER_MAC, START, capture, from_agent, padded, request, response, timed,
    to_agent, trap, varbinds,
)
from pcapfile import Frame
from scapy.all import IP, TCP, UDP, Dot1Q, Ether, Raw, fragment
from translate_oracle import Realm, translate


def pairs():
    """200 inside hosts talk to 200 outside ones. Frames are 5 ms apart, so that a record's time names its frame."""
    inside_frames, outside_frames, at = [], [], START
    step = 5_000_000

    def put(frames, mac_pair, packet):
        nonlocal at
        data = bytes(Ether(src=mac_pair[0], dst=mac_pair[1]) / packet)
        frames.append(Frame(at, data, len(data)))
        at += step

    ask = snmp.community_message(1, b"public", snmp.pdu(0xA0, 1, [snmp.varbind("1.3.6.1.2.1.1.3.0", snmp.null())]))
    answer = snmp.community_message(1, b"public", snmp.pdu(0xA2, 1, [snmp.varbind("1.3.6.1.2.1.1.3.0", snmp.ticks(5))]))
    for i in range(200):
        inner, outer = "10.1.%d.%d" % divmod(i * 37 % 1000, 250), "198.51.100.%d" % (i + 1)
        out, back = (AGENT_MAC, MANAGER_MAC), (MANAGER_MAC, AGENT_MAC)
        put(outside_frames, back, IP(src=outer, dst=inner, id=1) / UDP(sport=40000 + i, dport=161) / Raw(ask))
        put(inside_frames, out, IP(src=inner, dst=outer, id=1) / UDP(sport=161, dport=40000 + i) / Raw(answer))
        put(inside_frames, out, IP(src=inner, dst=outer, id=2) / TCP(sport=30000 + i, dport=80, flags="S"))
        put(outside_frames, back, IP(src=outer, dst=inner, id=2) / TCP(sport=80, dport=30000 + i, flags="SA"))
        for f in fragment(IP(src=inner, dst=outer, id=3) / UDP(sport=161, dport=40000 + i) / Raw(b"f" * 40), 24):
            put(inside_frames, out, f)
        for f in fragment(IP(src=outer, dst=inner, id=3) / UDP(sport=40000 + i, dport=9) / Raw(b"g" * 40), 24):
            put(outside_frames, back, f)
    what = "200 pairs of hosts, %s side: SNMP, TCP and fragments in both directions, for steering"
    capture("pairs.internal", what % "internal", inside_frames)
    capture("pairs.external", what % "external", outside_frames)


def two_sided():
    v1 = lambda pdu: snmp.community_message(0, b"public", pdu)
    v2c = lambda pdu: snmp.community_message(1, b"public", pdu)
    public = "172.20.0.2"  # the agent as the outside knows it where headers are mapped
    ask = v2c(snmp.pdu(0xA3, 5, [snmp.varbind("1.3.6.1.2.1.4.21.1.7.1", snmp.address("172.20.3.4"))]))
    answer = v2c(snmp.pdu(0xA2, 5, varbinds()))
    outside = [
        to_agent() / request(ask, ip=IP(src=MANAGER, dst=public, id=1)),
        padded(Ether(src=MANAGER_MAC, dst=BROADCAST) / arp(1, MANAGER_MAC, "172.20.0.1", target=public)),
        to_agent() / request(ask, ip=IP(src="10.1.0.2", dst=public, id=1)),
        to_agent() / IP(src=MANAGER, dst=public, id=1) / TCP(sport=5, dport=80, flags="S"),
    ]
    inside = [
        from_agent() / response(answer),
        padded(Ether(src=AGENT_MAC, dst=MANAGER_MAC) / arp(2, AGENT_MAC, AGENT, MANAGER_MAC, "10.1.0.1")),
        from_agent() / response(v1(trap(agent=AGENT)), dport=162),
        from_agent() / IP(src=AGENT, dst=MANAGER, id=1) / TCP(sport=80, dport=5, flags="SA"),
    ]
    what = "both ports at once, %s side: times interleave, and one moment is the same on both (external goes first)"
    capture("two_sided.external", what % "external", timed(outside * 5, START, 2_000_000))
    capture("two_sided.internal", what % "internal", timed(inside * 5, START + 1_000_000, 1_500_000))
    realms = [Ether(src=AGENT_MAC, dst=MANAGER_MAC) / Dot1Q(vlan=v) / response(answer) for v in (10, 20, 30, 10, 20)]
    realms += [from_agent() / response(answer), from_agent() / response(answer, ip=IP(src="10.9.0.2", dst=MANAGER, id=1))]
    realms += [Ether(src=AGENT_MAC, dst=BROADCAST) / Dot1Q(vlan=v) / arp() for v in (10, 20)]
    capture("realms", "the same agent address behind VLAN 10, 20, 30 and none: colliding realms", realms)


def rfc_vector():
    """Requirement V2, after the packet of RFC 2962, section 12: 94 bytes of IP, lengths in two octets, and the value still
    192.180.140.202, for which 0xD365 is the right UDP checksum: the manager's port is chosen so that it is."""
    name, value = snmp.oid("1.3.6.1.2.1.7.5.1.1.192.180.140.202.520"), snmp.address("192.180.140.202")
    fields = b"\x02\x04\x01\x02\x03\x04\x02\x01\x00\x02\x01\x00"

    def build():
        bindings = snmp.sequence(0x30, snmp.sequence(0x30, name + value))
        return snmp.sequence(0x30, b"\x02\x01\x00\x04\x06public", snmp.sequence(0xA2, fields, bindings))

    def packet(port):
        ip = IP(src="135.180.140.202", dst="135.180.140.1", id=1)
        return from_agent() / response(snmp.long_lengths(2)(build), ip=ip, dport=port)

    trial = IP(bytes(packet(0))[14:])[UDP].chksum
    vector = bytes(packet((trial - 0xD365) % 0xFFFF))
    assert len(vector) == 14 + 94 and vector[40:42] == b"\xd3\x65"
    capture("rfc2962_v2", "RFC 2962, 12, with the errata of requirement V2: the map 192.180.0.0/16 to 135.180.0.0/16 turns "
            "UDP checksum 0xD365 into 0x0C66", [vector])


def checksum_zero():
    """Requirement D1: a computed 0 is sent as 0xFFFF. Ports are chosen so that one frame's checksum comes out as 0 by the
    map 10.1.0.0/16 to 172.20.0.0/16, and another's is 0xFFFF, which stands for 0, before it."""
    message = snmp.community_message(1, b"public", snmp.pdu(0xA2, 1, varbinds()))
    realm = Realm("all", [("10.1.0.0/16", "172.20.0.0/16")])

    def packet(port):
        return bytes(from_agent() / response(message, sport=161, dport=port))

    def checksum(data):
        return int.from_bytes(data[40:42], "big")

    trial = packet(1)
    into = packet(1 + checksum(translate(trial, len(trial), [realm], "internal").data))
    out_of = packet(1 + checksum(trial))
    assert checksum(translate(into, len(into), [realm], "internal").data) == 0xFFFF
    capture("checksum_zero", "D1: a UDP checksum that becomes 0xFFFF, standing for 0, by the map 10.1.0.0/16 to "
            "172.20.0.0/16, and one that is it before", [into, out_of[:40] + b"\xff\xff" + out_of[42:]])


def clocks_and_cuts():
    answers = [snmp.community_message(1, b"public", snmp.pdu(0xA2, i, varbinds())) for i in range(3)]
    good = [bytes(from_agent() / response(answer)) for answer in answers]
    a = bytes(Ether(src=AGENT_MAC, dst=BROADCAST) / arp())
    back = [Frame(START + t, a if i % 2 else good[0], len(a if i % 2 else good[0]))
            for i, t in enumerate([0, 5_000_000, 4_000_000, 5_000_000, 1, 2 * 10**9, 10**9, 600 * 10**9, 601 * 10**9])]
    capture("clock_back", "times that go back, stand still, and jump by minutes", back)
    capture("nanoseconds", "a pcap with nanosecond times, nanoseconds apart",
            timed(good * 100, START + 123, 17), unit=1)
    capture("big_endian", "a pcap written by a big-endian machine", timed(good + [a]), order=">")
    capture("nothing", "a capture without frames", [])
    cuts = [(good[0][:n], len(good[0])) for n in (14, 20, 34, 42, 43, 60, 100, len(good[0]) - 1, len(good[0]))]
    cuts += [(a[:n], 60) for n in (14, 16, 22, 28, 32, 38, 41, 42)] + [(good[1][:68], 9000)]
    cuts += [(bytes(from_agent())[:12], 60), (b"", 60), (good[2] + b"tail", len(good[2]) + 20), (a, 60)]
    capture("snaplen", "frames cut by the capture after any number of bytes, and behind all that matters", cuts)
    capture("tiny", "frames below 14 bytes: 1, 6, 12 and 13", [good[0][:n] for n in (1, 6, 12, 13)])
    ip_only = [g[14:] for g in good]
    capture("link_raw_ip", "link type raw IP: refused by name", ip_only, link_type=101)
    cooked = [b"\0\0\0\1\0\6" + b"\2" * 6 + b"\0\0\x08\0" + g for g in ip_only]
    capture("link_linux_sll", "link type Linux cooked: refused by name", cooked, link_type=113)
    capture("link_null", "link type BSD loopback: refused by name", [b"\2\0\0\0" + g for g in ip_only], link_type=0)
    capture("link_none", "not a capture at all: refused, and the file named", [], raw=b"no capture\n")
    capture("cut_file", "a file cut inside its last frame: replayed to the frame before", timed(good), cut=100)
    capture("pcapng", "pcapng with nanosecond times", timed(good + [a], START + 1, 999_999_999), pcapng=True)

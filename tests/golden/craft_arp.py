"""Captures of ARP."""

from craft_scene import AGENT_MAC, BROADCAST, OTHER_MAC, capture, padded
from scapy.all import ARP, LLC, SNAP, Dot1AD, Dot1Q, Ether, Raw


def arp_body(hardware=1, protocol=0x0800, hln=6, pln=4, opcode=1, rest=None):
    head = hardware.to_bytes(2, "big") + protocol.to_bytes(2, "big") + bytes([hln, pln]) + opcode.to_bytes(2, "big")
    if rest is None:
        rest = bytes((i * 7 + 3) & 0xFF for i in range(2 * hln + 2 * pln))
    return head + rest


def arp(opcode=1, sender_mac=AGENT_MAC, sender="10.1.0.2", target_mac="00:00:00:00:00:00", target="10.1.0.9"):
    return ARP(op=opcode, hwsrc=sender_mac, psrc=sender, hwdst=target_mac, pdst=target)


def arp_captures():
    frame = Ether(src=AGENT_MAC, dst=BROADCAST, type=0x0806)
    capture(
        "arp_opcodes",
        "ARP of opcodes 0 to 26 and 65535 (InARP 8 and 9, RARP 3 and 4 among them), padded to 60 bytes",
        [padded(frame / arp(opcode=op)) for op in [*range(27), 65535]],
    )
    capture(
        "arp_kinds",
        "request, reply, gratuitous request and reply, probe, unicast request, spoofed sender, sender 0.0.0.0, all-zero "
        "and broadcast sender MAC, unpadded and padded, RARP by its own EtherType (not ARP)",
        [
            padded(frame / arp()),
            frame / arp(),
            padded(Ether(src=OTHER_MAC, dst=AGENT_MAC) / arp(2, OTHER_MAC, "10.1.0.9", AGENT_MAC, "10.1.0.2")),
            padded(frame / arp(1, target="10.1.0.2")),
            padded(frame / arp(2, target_mac=BROADCAST, target="10.1.0.2")),
            padded(frame / arp(2, AGENT_MAC, "10.1.0.2", AGENT_MAC, "10.1.0.2")),
            padded(frame / arp(1, sender="0.0.0.0")),
            padded(frame / arp(1, sender="0.0.0.0", target="0.0.0.0")),
            padded(Ether(src=AGENT_MAC, dst=OTHER_MAC) / arp(1)),
            padded(frame / arp(2, OTHER_MAC, "10.1.0.1", BROADCAST, "10.1.0.1")),
            padded(frame / arp(1, "00:00:00:00:00:00")),
            padded(frame / arp(1, BROADCAST, "10.1.255.255")),
            padded(frame / arp(2, "00:00:0c:07:ac:01", "10.1.0.1", BROADCAST, "10.1.0.1")),
            padded(frame / arp(1, target="172.20.0.9")),
            padded(Ether(src=AGENT_MAC, dst=BROADCAST, type=0x8035) / arp(3)),
            frame / arp() / Raw(bytes(range(200)) * 7),
        ],
    )
    snap = LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(OUI=0, code=0x0806)
    dot3 = bytes.fromhex(BROADCAST.replace(":", "") + AGENT_MAC.replace(":", ""))

    def in_snap(body):
        inside = bytes(snap) + bytes(body)
        return dot3 + len(inside).to_bytes(2, "big") + inside

    tagged = Ether(src=AGENT_MAC, dst=BROADCAST)
    capture(
        "arp_encapsulated",
        "ARP behind 802.1Q, priority tag (VLAN 0), QinQ by 0x88A8 (alone, outside, inside) and by 0x8100 twice, the old "
        "0x9100, three tags, five (too deep), 802.3 with SNAP, SNAP behind 802.1Q, SNAP of another OUI, 802.3 length "
        "longer than the frame, cut inside the tag",
        [
            padded(tagged / Dot1Q(vlan=10) / arp()),
            padded(tagged / Dot1Q(vlan=4095, prio=7) / arp()),
            padded(tagged / Dot1Q(vlan=0, prio=5) / arp()),
            padded(tagged / Dot1AD(vlan=30) / Dot1Q(vlan=10) / arp(2)),
            padded(tagged / Dot1AD(vlan=30) / arp(2)),
            padded(tagged / Dot1Q(vlan=10) / Dot1AD(vlan=30) / arp(2)),
            padded(tagged / Dot1Q(vlan=30) / Dot1Q(vlan=10) / arp(2)),
            padded(bytes(tagged)[:12] + b"\x91\x00\x00\x1e\x08\x06" + bytes(arp())),
            padded(tagged / Dot1Q(vlan=1) / Dot1Q(vlan=2) / Dot1Q(vlan=3) / arp()),
            padded(tagged / Dot1Q(vlan=1) / Dot1Q() / Dot1Q() / Dot1Q() / Dot1Q() / arp()),
            padded(in_snap(arp())),
            padded(dot3 + b"\x81\x00\x00\x0a" + in_snap(arp(2))[12:]),
            padded(dot3 + (36).to_bytes(2, "big") + b"\xaa\xaa\x03\x00\x00\x0c\x08\x06" + bytes(arp())),
            padded(dot3 + (500).to_bytes(2, "big") + bytes(snap) + bytes(arp())),
            bytes(tagged)[:12] + b"\x81\x00\x00",
            bytes(tagged)[:12] + b"\x81\x00\x00\x0a\x08\x06",
        ],
    )
    raw = bytes(frame)
    sizes = [(0, 0), (255, 255), (0, 4), (6, 0), (255, 4), (6, 255), (1, 1), (5, 4), (7, 4), (6, 3), (6, 5), (6, 16)]
    sizes += [(8, 4)]
    capture(
        "arp_sizes",
        "E15, E25: every odd pair of hardware and protocol size whole, then the same cut off in the frame; other hardware "
        "and protocol types with their own sizes; ARP of 0 to 27 bytes",
        [raw + arp_body(hln=h, pln=p) for h, p in sizes]
        + [raw + arp_body(hln=h, pln=p, rest=bytes(20)) for h, p in sizes]
        + [padded(raw + arp_body(hardware=h, protocol=p, hln=l, pln=m)) for h, p, l, m in
           [(6, 0x0800, 6, 4), (15, 0x0800, 2, 4), (24, 0x0800, 8, 4), (32, 0x0800, 20, 4), (1, 0x86DD, 6, 16),
            (1, 0x1000, 6, 4), (0, 0, 6, 4), (65535, 0x0800, 6, 4), (1, 0x0806, 6, 4)]]
        + [raw + arp_body()[:n] for n in range(0, 28)],
    )

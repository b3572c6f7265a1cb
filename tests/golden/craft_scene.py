"""The scene all captures are set in, and what makes frames of packets."""

from pcapfile import Frame
from scapy.all import IP, UDP, Ether, Raw

import snmp_craft as snmp

# The agent lives in the private realm 10.1.0.0/16, the manager outside; times begin at a round second of 2024.
START = 1_704_067_200 * 10**9
AGENT_MAC, MANAGER_MAC, OTHER_MAC = "02:00:00:00:01:01", "02:00:00:00:02:02", "02:00:00:00:03:03"
AGENT, MANAGER, PEER = "10.1.0.2", "198.51.100.7", "10.1.0.9"
AGENT6, MANAGER6 = "fd00::2", "2001:db8::7"
BROADCAST = "ff:ff:ff:ff:ff:ff"

captures = []  # (name, what it is, frames, keyword arguments of the writer)


def timed(packets, start=START, step=1_000_000):
    """Frames a millisecond apart. A packet may be scapy's or bytes, or (bytes, wire length)."""
    frames = []
    for i, packet in enumerate(packets):
        data, wire = packet if isinstance(packet, tuple) else (bytes(packet), None)
        frames.append(Frame(start + i * step, data, wire or len(data)))
    return frames


def capture(name, what, packets, **options):
    frames = packets if packets and isinstance(packets[0], Frame) else timed(packets)
    captures.append((name, what, frames, options))


def from_agent(**fields):
    return Ether(src=AGENT_MAC, dst=MANAGER_MAC, **fields)


def to_agent(**fields):
    return Ether(src=MANAGER_MAC, dst=AGENT_MAC, **fields)


def response(message, ip=None, **udp):
    """An agent's answer, or with dport=162 its notification."""
    fields = {"sport": 161, "dport": 40000} | udp
    return (ip or IP(src=AGENT, dst=MANAGER, id=1)) / UDP(**fields) / Raw(message)


def request(message, ip=None, **udp):
    fields = {"sport": 40000, "dport": 161} | udp
    return (ip or IP(src=MANAGER, dst=AGENT, id=1)) / UDP(**fields) / Raw(message)


def padded(packet, size=60):
    data = bytes(packet)
    return data + bytes(max(0, size - len(data)))


def varbinds():
    """One of every value a manager meets; addresses inside and outside the realm, masks, and look-alikes."""
    return [
        snmp.varbind("1.3.6.1.2.1.1.1.0", snmp.octets(b"a router")),
        snmp.varbind("1.3.6.1.2.1.4.20.1.1.10.1.0.2", snmp.address("10.1.0.2")),
        snmp.varbind("1.3.6.1.2.1.4.20.1.3.10.1.0.2", snmp.address("255.255.0.0")),
        snmp.varbind("1.3.6.1.2.1.4.21.1.7.0.0.0.0", snmp.address("10.1.255.254")),
        snmp.varbind("1.3.6.1.2.1.4.21.1.7.1.0.0.0", snmp.address("10.2.0.1")),
        snmp.varbind("1.3.6.1.2.1.4.21.1.7.2.0.0.0", snmp.address("0.0.0.0")),
        snmp.varbind("1.3.6.1.2.1.1.3.0", snmp.ticks(4_000_000_000)),
        snmp.varbind("1.3.6.1.2.1.2.2.1.10.1", snmp.counter(0xFFFFFFFF)),
        snmp.varbind("1.3.6.1.2.1.31.1.1.1.6.1", snmp.counter64(2**64 - 1)),
        snmp.varbind("1.3.6.1.2.1.2.2.1.5.1", snmp.gauge(10_000_000)),
        snmp.varbind("1.3.6.1.2.1.2.2.1.8.1", snmp.integer(-1)),
        snmp.varbind("1.3.6.1.2.1.1.2.0", snmp.oid("1.3.6.1.4.1.9.1.10.1.0.2")),
        snmp.varbind("1.3.6.1.2.1.2.2.1.6.1", snmp.octets(bytes([0x40, 4, 10, 1, 0, 2]))),
        snmp.varbind("1.3.6.1.4.1.9.9.1", snmp.tlv(0x44, bytes([0x40, 4, 10, 1, 0, 2]))),
    ]


def trap(**fields):
    return snmp.trap_v1("1.3.6.1.4.1.9.1.1", varbinds()[1:4], **fields)

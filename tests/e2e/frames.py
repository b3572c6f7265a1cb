"""Frames that are no business of an ALG's, and what sends and catches them byte by byte on an interface.

As a program: `frames.py catch INTERFACE` prints each frame it sees from SOURCE, in hexadecimal, until SIGTERM;
`frames.py send INTERFACE` sends all of FRAMES.
"""

import socket
import struct
import sys

SOURCE = bytes.fromhex("020053470001")
PACKET_OUTGOING = 4
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_AUXDATA, PACKET_MR_PROMISC = 263, 1, 8, 1
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 1 << 4, 1 << 6


def frame(destination, *rest, size=60):
    return (bytes.fromhex(destination) + SOURCE + b"".join(rest)).ljust(size, b"\x5a")


def ethertype(number):
    return struct.pack("!H", number)


def tag(tpid, vlan, priority=0):
    return struct.pack("!HH", tpid, priority << 13 | vlan)


def llc(payload):
    """An 802.3 frame has a length where Ethernet has a type."""
    return struct.pack("!H", len(payload)) + payload


IPV4 = ethertype(0x0800) + bytes.fromhex("450000280000400040110000c0a80001c0a80002" "d431d43100140000") + b"not SNMP at all"
UNICAST, EVERYBODY = "0200000000fe", "ffffffffffff"

FRAMES = {
    "STP BPDU": frame("0180c2000000", llc(bytes.fromhex("424203" "0000000000") + bytes(30))),
    "PVST+ BPDU": frame("01000ccccccd", llc(bytes.fromhex("aaaa0300000c010b") + bytes(35))),
    "pause": frame("0180c2000001", ethertype(0x8808), bytes.fromhex("0001ffff")),
    "LACP": frame("0180c2000002", ethertype(0x8809), b"\x01\x01", size=124),
    "802.1X": frame("0180c2000003", ethertype(0x888E), bytes.fromhex("01010000")),
    "LLDP": frame("0180c200000e", ethertype(0x88CC), bytes.fromhex("020704020053470001")),
    "CDP": frame("01000ccccccc", llc(bytes.fromhex("aaaa0300000c2000") + b"\x02\xb4" + bytes(60)), size=90),
    "MPLS": frame(UNICAST, ethertype(0x8847), bytes.fromhex("000641ff")),
    "PPPoE": frame(UNICAST, ethertype(0x8863), bytes.fromhex("11090000")),
    "MACsec": frame(UNICAST, ethertype(0x88E5), bytes(16)),
    "PTP": frame("011b19000000", ethertype(0x88F7), bytes(44)),
    "loopback test": frame("cf0000000000", ethertype(0x9000), bytes(4)),
    "unknown type": frame(UNICAST, ethertype(0x9999)),
    "unknown type, broadcast": frame(EVERYBODY, ethertype(0x88B5)),
    "VLAN": frame(UNICAST, tag(0x8100, 10), IPV4, size=64),
    "VLAN with priority": frame(UNICAST, tag(0x8100, 4094, 7), IPV4, size=64),
    "priority tag": frame(UNICAST, tag(0x8100, 0, 5), ethertype(0x9999), size=64),
    "VLAN, BPDU": frame("01000ccccccd", tag(0x8100, 10), llc(bytes.fromhex("aaaa0300000c010b") + bytes(35)), size=68),
    "QinQ, 0x8100 twice": frame(UNICAST, tag(0x8100, 100), tag(0x8100, 10), IPV4, size=68),
    "QinQ": frame(UNICAST, tag(0x88A8, 200), tag(0x8100, 10), IPV4, size=68),
    "IPv6": frame("3333000000fb", ethertype(0x86DD), b"\x60", size=86),
    "longest": frame(UNICAST, ethertype(0x9999), size=1514),
    "longest, VLAN": frame(UNICAST, tag(0x8100, 10), ethertype(0x9999), size=1518),
}


def open_socket(interface):
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))  # ETH_P_ALL
    raw.bind((interface, 3))
    return raw


def send(interface):
    raw = open_socket(interface)
    for one in FRAMES.values():
        raw.send(one)


def as_on_the_wire(data, ancillary):
    """The kernel takes the outer tag out of a frame and tells it aside."""
    for _, _, value in ancillary:
        status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", value[:20])
        if status & TP_STATUS_VLAN_VALID:
            return data[:12] + struct.pack("!HH", tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100, tci) + data[12:]
    return data


def catch(interface):
    raw = open_socket(interface)
    raw.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    raw.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP,
                   struct.pack("IHH8s", socket.if_nametoindex(interface), PACKET_MR_PROMISC, 0, b""))
    print("listening", flush=True)
    while True:
        data, ancillary, _, address = raw.recvmsg(65536, 256)
        if address[2] != PACKET_OUTGOING and data[6:12] == SOURCE:
            print(as_on_the_wire(data, ancillary).hex(), flush=True)


if __name__ == "__main__":
    {"send": send, "catch": catch}[sys.argv[1]](sys.argv[2])

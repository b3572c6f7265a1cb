"""Reads and writes capture files, independently of libpcap: pcap (both byte orders, micro- and nanoseconds), pcapng."""

import struct
from typing import NamedTuple

ETHERNET = 1


class Frame(NamedTuple):
    time: int  # ns since 1970
    data: bytes  # as captured
    wire: int  # bytes on the wire


class Capture(NamedTuple):
    link_types: set
    frames: list


MAGICS = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}  # magic: ns per unit of the fraction


def read(path):
    with open(path, "rb") as file:
        raw = file.read()
    return read_pcapng(raw) if raw[:4] == b"\x0a\x0d\x0d\x0a" else read_pcap(raw)


def read_pcap(raw):
    order = next((o for o in "<>" if struct.unpack(o + "I", raw[:4])[0] in MAGICS), None)
    if order is None:
        raise ValueError("not a capture file")
    unit = MAGICS[struct.unpack(order + "I", raw[:4])[0]]
    link_type = struct.unpack(order + "I", raw[20:24])[0] & 0xFFFF
    frames, at = [], 24
    while at + 16 <= len(raw):
        seconds, fraction, captured, wire = struct.unpack(order + "IIII", raw[at : at + 16])
        if at + 16 + captured > len(raw):
            break  # a file cut inside its last frame
        frames.append(Frame(seconds * 10**9 + fraction * unit, raw[at + 16 : at + 16 + captured], wire))
        at += 16 + captured
    return Capture({link_type}, frames)


def read_pcapng(raw):
    order, at, interfaces, link_types, frames = "<", 0, [], set(), []
    while at + 12 <= len(raw):
        kind = struct.unpack(order + "I", raw[at : at + 4])[0]
        if raw[at : at + 4] == b"\x0a\x0d\x0d\x0a":  # a section may change the byte order
            order = "<" if raw[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            interfaces = []
        size = struct.unpack(order + "I", raw[at + 4 : at + 8])[0]
        body = raw[at + 8 : at + size - 4]
        if kind == 1:  # interface description
            link_types.add(struct.unpack(order + "H", body[:2])[0])
            interfaces.append((resolution(body[8:], order), struct.unpack(order + "I", body[4:8])[0]))
        elif kind == 6:  # enhanced packet
            interface, high, low, captured, wire = struct.unpack(order + "IIIII", body[:20])
            per_second = interfaces[interface][0]
            time = (high << 32 | low) * 10**9 // per_second
            frames.append(Frame(time, body[20 : 20 + captured], wire))
        elif kind == 3:  # simple packet: no time
            wire = struct.unpack(order + "I", body[:4])[0]
            limit = interfaces[0][1] or wire
            frames.append(Frame(0, body[4 : 4 + min(wire, limit)], wire))
        at += size
    return Capture(link_types, frames)


def resolution(options, order):
    """if_tsresol of an interface, in units per second."""
    at = 0
    while at + 4 <= len(options):
        code, size = struct.unpack(order + "HH", options[at : at + 4])
        if code == 9:
            exponent = options[at + 4]
            return 2 ** (exponent & 0x7F) if exponent & 0x80 else 10**exponent
        at += 4 + (size + 3) // 4 * 4
    return 10**6


def write(path, frames, link_type=ETHERNET, order="<", unit=1000, snaplen=65535):
    magic = next(m for m, u in MAGICS.items() if u == unit)
    with open(path, "wb") as file:
        file.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link_type))
        for frame in frames:
            seconds, rest = divmod(frame.time, 10**9)
            file.write(struct.pack(order + "IIII", seconds, rest // unit, len(frame.data), frame.wire) + frame.data)


def write_pcapng(path, frames):
    """One section, one interface with nanosecond times."""

    def block(kind, body):
        body += bytes(-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

    nanoseconds = struct.pack("<HHBxxxHH", 9, 1, 9, 0, 0)
    with open(path, "wb") as file:
        file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        file.write(block(1, struct.pack("<HHI", ETHERNET, 0, 65535) + nanoseconds))
        for frame in frames:
            head = struct.pack("<IIIII", 0, frame.time >> 32, frame.time & 0xFFFFFFFF, len(frame.data), frame.wire)
            file.write(block(6, head + frame.data))

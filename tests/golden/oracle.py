"""The record that DESIGN.md's table demands of a frame, by tshark's fields; compared with those replay wrote."""

import collections
import socket

import dissect
import snmp_model
import translate_oracle
from records import (
    ARP, FRAGMENT, FROM_INTERNAL, MONITOR, SNMP_UNPARSED, SNMP_V1, SNMP_V2C, SNMP_V3,
)

PROTOCOL_OF_VERSION = {0: SNMP_V1, 1: SNMP_V2C, 3: SNMP_V3}
RESPONSE, TRAP_V1, GET_BULK, TRAP_V2, REPORT = 0xA2, 0xA4, 0xA5, 0xA7, 0xA8
MAC_NONE, IP_NONE = bytes(6), bytes(4)

# name, first byte, byte behind. "time" and "number" are proved apart: by the block header, for every record.
LAYOUT = [
    ("length", 2, 3), ("capture_length", 3, 4), ("destination", 4, 10), ("source", 10, 16), ("type", 16, 18),
    ("hardware_type", 18, 20), ("protocol_type", 20, 22), ("hardware_size", 22, 23), ("protocol_size", 23, 24),
    ("opcode", 24, 26), ("sender_mac", 26, 32), ("sender_ip", 32, 36), ("target_mac", 36, 42), ("target_ip", 42, 46),
    ("facts", 46, 48), ("protocol", 48, 49), ("verdict", 49, 50), ("reason", 50, 52), ("pdu", 52, 53),
    ("error_status", 53, 54), ("request_id", 54, 58), ("varbinds", 58, 59), ("translated", 59, 60),
    ("realm_and_vlan", 60, 62), ("rule", 62, 64),
]
assert LAYOUT[0][1] == 2 and LAYOUT[-1][2] == 64 and all(a[2] == b[1] for a, b in zip(LAYOUT, LAYOUT[1:]))
HEADERS = [name for name, _, end in LAYOUT if end <= 46]


def fields(data):
    return {name: data[first:end] for name, first, end in LAYOUT}


def eighths(size):
    return bytes([min(255, (size + 7) // 8)])


def octets(text):
    """aa:bb, aabb or 10.0.0.1 as bytes."""
    if text is None:
        return b""
    if "." in text:
        return socket.inet_aton(text)
    return bytes.fromhex(text.replace(":", ""))


def clipped(value, size):
    """DESIGN gives an ARP address 6 or 4 bytes: of other sizes the first ones, zero padded (docs/record.md)."""
    return value[:size].ljust(size, b"\0")


def be16(number):
    return (number & 0xFFFF).to_bytes(2, "big")


class Expected(dict):
    """Field name → bytes; a field that tshark cannot tell is missing."""


def common(frame, data, side):
    want = Expected()
    want["length"] = eighths(frame.number("frame.len"))
    want["capture_length"] = eighths(frame.number("frame.cap_len"))
    want["destination"] = octets(frame.first("eth.dst"))
    want["source"] = octets(frame.first("eth.src"))
    want["realm_and_vlan"] = be16(frame.tags[0] if frame.tags else 0)  # no realm: the config is {}
    flags = (FROM_INTERNAL if side == "internal" else 0) | (FRAGMENT if frame.fragment else 0)
    want["verdict"] = bytes([MONITOR | flags])
    want["translated"] = b"\0"
    want["rule"] = b"\0\0"
    return want


def of_arp(frame, data, side):
    want = common(frame, data, side)
    want["type"] = be16(0x0806)
    want["hardware_type"] = be16(frame.number("arp.hw.type", 0))
    want["protocol_type"] = be16(frame.number("arp.proto.type", 0))
    want["hardware_size"] = bytes([frame.number("arp.hw.size", 0)])
    want["protocol_size"] = bytes([frame.number("arp.proto.size", 0)])
    want["opcode"] = be16(frame.number("arp.opcode", 0))
    addresses = arp_addresses(frame, data)
    for name, size, value in zip(("sender_mac", "sender_ip", "target_mac", "target_ip"), (6, 4, 6, 4), addresses):
        want[name] = clipped(value, size)
    want["protocol"] = bytes([ARP])
    want["announcement"] = (
        bool(frame["arp.isgratuitous"])
        and want["protocol_type"] + want["protocol_size"] == b"\x08\x00\x04"
        and want["sender_ip"] != IP_NONE  # a probe announces nothing (RFC 5227, 1.1)
    )
    if not frame.malformed and frame.number("frame.cap_len") == frame.number("frame.len"):
        ethernet_alike = want["hardware_type"] != b"\0\1" or want["hardware_size"] == b"\6"
        ipv4_alike = want["protocol_type"] != b"\x08\0" or want["protocol_size"] == b"\4"
        if ethernet_alike and ipv4_alike:
            want["reason"] = b"\0\0"
    want |= {"pdu": b"\0", "error_status": b"\0", "request_id": bytes(4), "varbinds": b"\0"}
    return want


def arp_addresses(frame, data):
    """tshark's four addresses. It shows none of a frame that ends inside them, nor the last of DRARP's errors: there
    DESIGN's "from the frame" is each that is there whole."""
    names = ("src.hw", "src.proto", "dst.hw", "dst.proto")
    kinds = {"hw": "_mac", "proto": "_ipv4"}
    shown = [octets(frame.first(f"arp.{n}{kinds[n[4:]]}") or frame.first(f"arp.{n}")) for n in names]
    if not (frame["arp.hw.size"] and frame["arp.proto.size"]):
        return shown
    at = 14 + 4 * len(frame.tags) + (8 if frame["llc.type"] else 0) + 8
    for i, size in enumerate([frame.number("arp.hw.size"), frame.number("arp.proto.size")] * 2):
        whole = at + size <= len(data)
        if whole and not shown[i]:
            shown[i] = data[at : at + size]
        at = at + size if whole else len(data) + 1
    return shown


def of_snmp(frame, data, side):
    want = common(frame, data, side)
    six = bool(frame["ipv6.src"])
    want["type"] = be16(0x814C)
    want["hardware_type"] = be16(1)
    want["protocol_type"] = be16(0x86DD if six else 0x0800)
    want["hardware_size"], want["protocol_size"] = b"\6", b"\4"
    want["sender_mac"], want["target_mac"] = want["source"], want["destination"]
    for name, field in (("sender_ip", "src"), ("target_ip", "dst")):
        if six:
            want[name] = socket.inet_pton(socket.AF_INET6, frame.first(f"ipv6.{field}"))[12:]
        else:
            want[name] = octets(frame.first(f"ip.{field}")) or IP_NONE
    version = frame.number("snmp.version", frame.number("snmp.msgVersion"))
    if version in PROTOCOL_OF_VERSION:
        want["protocol"] = bytes([PROTOCOL_OF_VERSION[version]])
    else:
        want["protocol"] = bytes([SNMP_UNPARSED])
        return want
    encrypted = bool(frame["snmp.encryptedPDU"])
    tag = 0 if encrypted else 0xA0 + frame.number("snmp.data", 0)
    want["pdu"] = bytes([tag])
    want["opcode"] = be16(0 if encrypted else 2 if tag in (RESPONSE, REPORT) else 1)
    number = frame.number("snmp.msgID" if encrypted else "snmp.request_id", 0)
    want["request_id"] = (number & 0xFFFFFFFF).to_bytes(4, "big")
    status = frame.number("snmp.error_status", 0)  # a GetBulk and a v1 Trap have none
    want["error_status"] = bytes([status if 0 <= status <= 255 else 255])
    want["varbinds"] = bytes([min(255, frame.number("snmp.variable_bindings", 0))])
    want["reason"] = b"\0\0"
    want["announcement"] = tag in (TRAP_V1, TRAP_V2)
    return want


class Senders:
    """Bounds for bits 8-11 of the facts. How the last second is estimated is the product's choice; whatever it is, the
    count lies between the sender's frames in this calendar second and those plus the ones of the second before."""

    def __init__(self):
        self.seen = {}

    def count(self, sender, time):
        second = time // 10**9
        last, current, previous = self.seen.get(sender, (second, 0, 0))
        if second != last:
            current, previous = 0, current if second == last + 1 else 0
        self.seen[sender] = second, current + 1, previous
        return current + 1, current + 1 + previous


def compare(records, captured, dissected, side="internal"):
    """The records of one worker against its frames. Returns the problems, (frame number, field, wanted, found), and what
    does not parse: {(reason number, tshark finds fault with it too): [frame numbers]}."""
    unparsed = collections.defaultdict(list)
    problems = []
    senders, clock, at = Senders(), 0, 0
    for number, (frame, shown) in enumerate(zip(captured, dissected), 1):
        clock = max(clock, frame.time)
        least, most = senders.count(frame.data[6:12], clock)
        record = records[at] if at < len(records) else None
        must = must_record(shown)
        if not must and not may_record(shown):
            continue
        if record is None or not could_be(record, frame, clock):
            if must:
                problems.append((number, "no record", shown.first("frame.protocols"), record and record.data.hex()))
            continue
        at += 1
        found = fields(record.data)
        if not record.time <= clock < record.time + record.tick:
            problems.append((number, "time", clock, (record.time, record.tick)))
        facts = int.from_bytes(found["facts"], "big")
        if not least.bit_length() - 1 <= facts >> 8 & 15 <= min(15, most.bit_length() - 1):
            problems.append((number, "facts: frames of the sender", (least, most), facts >> 8 & 15))
        if not must:
            continue
        want = of_arp(shown, frame.data, side) if shown.is_arp else of_snmp(shown, frame.data, side)
        if not shown.is_arp and found["protocol"][0] == SNMP_UNPARSED:
            unparsed[int.from_bytes(found["reason"], "big"), shown.malformed or not shown.is_snmp].append(number)
            want = only(want)
            if second_opinion(frame) is None:
                problems.append((number, "refused", "a message", int.from_bytes(found["reason"], "big")))
        elif shown.is_for_snmp:
            if not shown.is_snmp:
                want = only(want)
            if (refusal := second_opinion(frame)) is not None:
                problems.append((number, "parsed", refusal, found["protocol"].hex()))
        # Besides the announcement nothing is observed in this version: every other bit is 0.
        announcement = 0x40 if want.pop("announcement", facts & 0x40) else 0
        if facts & 0xF0FF != announcement:
            problems.append((number, "facts", hex(announcement), hex(facts)))
        for name, value in want.items():
            if found[name] != value:
                problems.append((number, name, value.hex(), found[name].hex()))
    if at != len(records):
        problems.append((None, "records of no frame", 0, [r.data.hex() for r in records[at:][:3]]))
    return problems, unparsed


def only(want):
    """What can be told of a frame whose message tshark, or snmpgate, does not read."""
    told = {"verdict", "rule", "translated", "realm_and_vlan", *HEADERS} - {"opcode"}
    return Expected((k, v) for k, v in want.items() if k in told)


def second_opinion(frame):
    """Why a frame's SNMP message is none, by snmp_model; None if it is one."""
    try:
        message = translate_oracle.Frame(frame.data).message
    except translate_oracle.Malformed as malformed:
        return str(malformed)
    return None if isinstance(message, snmp_model.Message) else str(message)


def must_record(shown):
    # More than four tags, or an 802.3 length beyond the frame, is refused at the Ethernet header (vlan_depth,
    # llc_length).
    if len(shown.tags) > 4 or shown.number("eth.len", 0) + 14 > shown.number("frame.len"):
        return False
    # So is an IP header whose length is not the packet's (ipv4_total_length, ipv6_payload_length) or leaves no room for
    # UDP (udp_truncated), and the ninth extension header (ipv6_extension_headers). Nothing behind a header that lies is
    # read, and a malformed frame that passes is not an SNMP message.
    size = shown.number("frame.len") - 14 - 4 * len(shown.tags)
    if shown["ip.len"] and not 20 <= shown.number("ip.len") <= size:
        return False
    if shown["ipv6.plen"] and not 8 <= shown.number("ipv6.plen") <= size - 40:
        return False
    if shown["ip.len"] and shown.is_for_snmp and shown.number("ip.len") < shown.number("ip.hdr_len") + 8:
        return False
    if len([p for p in shown.first("frame.protocols").split(":") if p.startswith("ipv6.")]) > 8:
        return False
    return shown.is_arp or shown.is_for_snmp


def may_record(shown):
    """A first fragment and a malformed packet with SNMP's ports are recorded as SNMP that does not parse: not compared,
    but they have a record all the same. Of a port that lies behind a lying length nothing is known."""
    ports = {shown.number("udp.srcport"), shown.number("udp.dstport")}
    return shown.is_arp or shown.ethertype == 0x814C or bool(ports & dissect.SNMP_PORTS)


def could_be(record, frame, clock):
    """Whether a record can be this frame's at all: what is left to compare is then this frame's."""
    return (
        record.time <= clock < record.time + record.tick
        and record.data[2:3] == eighths(frame.wire)
        and record.data[4:16] == frame.data[:12].ljust(12, b"\0")[:12]
    )

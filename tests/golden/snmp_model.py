"""A second SNMP decoder, written from X.690 and the RFCs with Python's slices: where a message is one, and where its
IpAddress values lie. Strict about bounds and depth; tolerant of what agents do (requirements E24, D15): lengths and
integers longer than need be, bytes left over, values without octets, a v1 trap without its list."""

from typing import NamedTuple

INTEGER, OCTETS, OID, SEQUENCE, ADDRESS, TICKS = 0x02, 0x04, 0x06, 0x30, 0x40, 0x43
USM = 3
DEEPEST = 8  # constructed values inside one another
MOST_VARBINDS = 4096


class Refused(Exception):
    """The argument says which rule the message breaks."""


class Message(NamedTuple):
    version: int
    signed: bool
    encrypted: bool
    pdu: int
    addresses: list  # offsets in the payload of IpAddress values with 4 octets


class Reader:
    """TLVs of data[at:end]; positions stay those of the whole payload."""

    def __init__(self, data, at, end):
        self.data, self.at, self.end = data, at, end

    def octet(self):
        if self.at >= self.end:
            raise Refused("ends early")
        self.at += 1
        return self.data[self.at - 1]

    def tlv(self):
        tag = self.octet()
        if tag & 0x1F == 0x1F:
            raise Refused("tag of several octets")
        size = self.octet()
        if size == 0x80:
            raise Refused("indefinite length")
        if size > 0x80:
            if size & 0x7F > 4:
                raise Refused("length of more than 4 octets")
            size = int.from_bytes(bytes(self.octet() for _ in range(size & 0x7F)), "big")
        if size > self.end - self.at:
            raise Refused("length beyond what encloses it")
        inside = Reader(self.data, self.at, self.at + size)
        self.at += size
        return tag, inside

    def expect(self, tag, what):
        found, inside = self.tlv()
        if found != tag:
            raise Refused(f"{what} has tag {found:#04x}")
        return inside

    def integer(self, what, tag=INTEGER):
        inside = self.expect(tag, what)
        if not 1 <= inside.size <= 8:
            raise Refused(f"{what} of {inside.size} octets")
        return int.from_bytes(inside.content, "big", signed=True)

    def octets(self, what):
        return self.expect(OCTETS, what).content

    @property
    def content(self):
        return self.data[self.at : self.end]

    @property
    def size(self):
        return self.end - self.at


def check_depth(reader, depth):
    """Values inside a constructed value are TLVs too."""
    if depth > DEEPEST:
        raise Refused("nested too deep")
    while reader.size:
        tag, inside = reader.tlv()
        if tag & 0x20:
            check_depth(inside, depth + 1)


def varbind(reader, depth, addresses):
    inside = reader.expect(SEQUENCE, "varbind")
    name = inside.expect(OID, "name").content
    if not name or name[-1] & 0x80:
        raise Refused("name is no OBJECT IDENTIFIER")
    tag, value = inside.tlv()
    if tag == ADDRESS:
        take_address(value, addresses)
    elif tag & 0x20:
        check_depth(value, depth)


def take_address(value, addresses):
    if value.size == 4:
        addresses.append(value.at)
    elif value.size:
        raise Refused(f"IpAddress of {value.size} octets")


def pdu(reader, depth, addresses):
    tag, inside = reader.tlv()
    if not 0xA0 <= tag <= 0xA8:
        raise Refused(f"PDU has tag {tag:#04x}")
    if tag == 0xA4:
        inside.expect(OID, "enterprise")
        take_address(inside.expect(ADDRESS, "agent-addr"), addresses)
        inside.integer("generic-trap")
        inside.integer("specific-trap")
        inside.integer("time-stamp", TICKS)
        if inside.content in (b"", b"\x30"):
            return tag  # HP ProCurve 2650
    else:
        for what in ("request-id", "error-status", "error-index"):
            inside.integer(what)
    bindings = inside.expect(SEQUENCE, "varbind list")
    count = 0
    while bindings.size:
        count += 1
        if count > MOST_VARBINDS:
            raise Refused("too many varbinds")
        varbind(bindings, depth, addresses)
    return tag


def decode(data):
    message = Reader(data, 0, len(data)).expect(SEQUENCE, "message")
    version = message.integer("version")
    addresses = []
    if version in (0, 1):
        message.octets("community")
        tag = pdu(message, 5, addresses)
        return Message(version, False, False, tag, addresses)
    if version != 3:
        raise Refused(f"version {version}")
    header = message.expect(SEQUENCE, "msgGlobalData")
    header.integer("msgID")
    header.integer("msgMaxSize")
    flags = header.octets("msgFlags")
    if len(flags) != 1:
        raise Refused(f"msgFlags of {len(flags)} octets")
    model = header.integer("msgSecurityModel")
    security = message.expect(OCTETS, "msgSecurityParameters")
    if model == USM:
        usm = security.expect(SEQUENCE, "USM parameters")
        usm.octets("engine ID")
        usm.integer("engine boots")
        usm.integer("engine time")
        for what in ("user", "authentication parameters", "privacy parameters"):
            usm.octets(what)
    kind, data_reader = message.tlv()
    signed = bool(flags[0] & 1)
    if kind == OCTETS:
        return Message(3, signed, True, 0, [])
    if kind != SEQUENCE:
        raise Refused(f"msgData has tag {kind:#04x}")
    data_reader.octets("contextEngineID")
    data_reader.octets("contextName")
    tag = pdu(data_reader, 6, addresses)
    return Message(3, signed, False, tag, addresses)

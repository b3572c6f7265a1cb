"""What a frame must look like behind snmpgate: an independent model of the basic ALG (RFC 2962, 4.1) and of header
translation, byte for byte. A checksum that was right is computed anew, over everything; one that was wrong must be
wrong by as much; a UDP checksum of 0 stays 0, and one that comes out as 0 is sent as 0xFFFF (requirements D1, D2)."""

import ipaddress
import struct
from typing import NamedTuple

import snmp_model

ICMP, TCP, UDP, DCCP, UDP_LITE = 1, 6, 17, 33, 136
CHECKSUM_AT = {TCP: 16, UDP: 6, DCCP: 6, UDP_LITE: 6}
ICMP_ERRORS, REDIRECT = {3, 4, 5, 11, 12}, 5
SNMP_PORTS = {161, 162}
EXTENSIONS = {0, 43, 44, 51, 60, 135}


class Malformed(Exception):
    pass


class Realm:
    """maps: (private, public) networks as text; vlans: empty = untagged and all that no other realm names."""

    def __init__(self, name, maps, vlans=()):
        self.name, self.vlans = name, tuple(vlans)
        self.maps = [tuple(ipaddress.ip_network(n) for n in pair) for pair in maps]

    def config(self):
        entry = {"name": self.name, "maps": [{"private": str(a), "public": str(b)} for a, b in self.maps]}
        return entry | ({"vlans": list(self.vlans)} if self.vlans else {})

    def image(self, address, side):
        """The 4 bytes an address becomes in a frame that entered by `side`, or None."""
        number = int.from_bytes(address, "big")
        for private, public in self.maps:
            source, target = (private, public) if side == "internal" else (public, private)
            if int(source.network_address) <= number <= int(source.broadcast_address):
                return (number - int(source.network_address) + int(target.network_address)).to_bytes(4, "big")
        return None


class Result(NamedTuple):
    data: bytes  # as it must leave
    addresses: int  # changed
    realm: int  # 1.., 0 = none
    reversible: bool  # no address stood where one of the other side's range may stand


class Sum(NamedTuple):
    """A checksum field and the runs of the frame it covers; `extra` is summed too (a pseudo-header's other words)."""

    at: int
    covers: list
    extra: bytes
    whole: bool  # False: not all that it covers is in this frame
    udp: bool


class Frame:
    """Where things lie in a frame: `places` are header addresses, `values` IpAddress values, `sums` checksums from the
    innermost outwards."""

    def __init__(self, data):
        self.data = data
        self.vlan, self.places, self.values, self.sums = 0, [], [], []
        self.ends = None  # (source, destination), IPv4
        self.message = None  # snmp_model's, or why it is refused: None where there is none
        at, tags = 12, 0
        kind = self.word(at)
        while kind in (0x8100, 0x88A8, 0x9100):
            if tags == 4:
                raise Malformed("tags")
            if tags == 0:
                self.vlan = self.word(at + 2) & 0xFFF
            tags, at = tags + 1, at + 4
            kind = self.word(at)
        at += 2
        end = len(data)
        if kind < 0x600:
            end = at + kind
            if end > len(data):
                raise Malformed("802.3 length")
            if data[at : at + 6] != b"\xaa\xaa\x03\0\0\0" or kind < 8:
                return
            kind = self.word(at + 6)
            at += 8
        if kind == 0x0806:
            self.arp(at)
        elif kind == 0x0800:
            self.ipv4(at, end)
        elif kind == 0x86DD:
            self.ipv6(at, end)
        elif kind == 0x814C:
            self.snmp(at, end)

    def word(self, at):
        if at + 2 > len(self.data):
            raise Malformed("ends early")
        return struct.unpack_from(">H", self.data, at)[0]

    def arp(self, at):
        data = self.data
        if at + 8 > len(data):
            raise Malformed("ARP")
        hardware, protocol, hln, pln, _ = struct.unpack_from(">HHBBH", data, at)
        if at + 8 + 2 * (hln + pln) > len(data) or (hardware == 1 and hln != 6) or (protocol == 0x0800 and pln != 4):
            raise Malformed("ARP sizes")
        if protocol == 0x0800:
            sender, target = at + 8 + hln, at + 8 + 2 * hln + pln
            self.places += [sender, target]
            self.ends = data[sender : sender + 4], data[target : target + 4]

    def ipv4(self, at, end):
        data = self.data
        if at + 20 > end:
            raise Malformed("IPv4")
        size, length = (data[at] & 15) * 4, self.word(at + 2)
        if data[at] >> 4 != 4 or size < 20 or length < size or at + length > end:
            raise Malformed("IPv4 header")
        flags = self.word(at + 6)
        offset, fragment = (flags & 0x1FFF) * 8, bool(flags & 0x3FFF)
        if offset + length - size > 65535:
            raise Malformed("fragment beyond 65,535")
        self.ends = data[at + 12 : at + 16], data[at + 16 : at + 20]
        self.places += [at + 12, at + 16]
        if offset == 0:
            try:
                self.transport(data[at + 9], at + size, at + length, [(at + 12, at + 20)], fragment, at)
            except Malformed:  # the header before it is sound, and the checksum stays as right or wrong as it was
                self.quoted_transport(data[at + 9], at + size, at + length, (at + 12, at + 20))
        self.sums.append(Sum(at + 10, [(at, at + size)], b"", True, False))

    def ipv6(self, at, end):
        data = self.data
        if at + 40 > end or data[at] >> 4 != 6:
            raise Malformed("IPv6")
        limit = at + 40 + self.word(at + 4)
        if limit > end:
            raise Malformed("IPv6 length")
        following, here, fragment, offset, count = data[at + 6], at + 40, False, 0, 0
        while following in EXTENSIONS:
            count += 1
            if count > 8 or here + 8 > limit:
                raise Malformed("extension headers")
            size = 8 if following == 44 else (data[here + 1] + 2) * 4 if following == 51 else (data[here + 1] + 1) * 8
            if following == 44:
                control = self.word(here + 2)
                offset, fragment = control & 0xFFF8, bool(control & 0xFFF9)
            if here + size > limit:
                raise Malformed("extension headers")
            following, here = data[here], here + size
            if offset:
                break
        if offset + limit - here > 65535:
            raise Malformed("fragment beyond 65,535")
        if offset == 0:
            self.transport(following, here, limit, [(at + 8, at + 40)], fragment, None)

    def transport(self, protocol, at, end, pseudo, fragment, ip):
        data = self.data
        if protocol == UDP:
            if at + 8 > end:
                raise Malformed("UDP")
            length = self.word(at + 4)
            if length < 8 or (at + length > end and not fragment):
                raise Malformed("UDP length")
            datagram_end = min(end, at + length)
            self.sums.append(Sum(at + 6, pseudo + [(at, datagram_end)], struct.pack(">HH", UDP, length), not fragment, True))
            if not fragment and {self.word(at), self.word(at + 2)} & SNMP_PORTS:
                self.snmp(at + 8, at + length)
        elif protocol == TCP:
            if at + 20 > end or (not fragment and not 20 <= (data[at + 12] >> 4) * 4 <= end - at):
                raise Malformed("TCP")
            self.sums.append(Sum(at + 16, pseudo + [(at, end)], struct.pack(">HH", TCP, end - at), not fragment, False))
        elif protocol in CHECKSUM_AT and at + CHECKSUM_AT[protocol] + 2 <= end:
            self.sums.append(Sum(at + CHECKSUM_AT[protocol], pseudo + [(at, end)], b"", False, False))
        elif protocol == ICMP and ip is not None:
            if at + 8 > end:
                raise Malformed("ICMP")
            if data[at] == REDIRECT:
                self.places.append(at + 4)
            if data[at] in ICMP_ERRORS:
                self.quotation(at + 8, end)
            self.sums.append(Sum(at + 2, [(at, end)], b"", not fragment, False))

    def quotation(self, at, end):
        """RFC 792: a header and at least 8 bytes of what the error is about; all of it is changed alike."""
        data = self.data
        if at + 20 > end or data[at] >> 4 != 4:
            return
        size, length = (data[at] & 15) * 4, self.word(at + 2)
        offset = (self.word(at + 6) & 0x1FFF) * 8
        if size < 20 or length < size or at + size > end or offset + length - size > 65535:
            return
        self.places += [at + 12, at + 16]
        transport, limit, protocol = at + size, min(end, at + length), data[at + 9]
        if offset == 0:
            self.quoted_transport(protocol, transport, limit, (at + 12, at + 20))
        self.sums.append(Sum(at + 10, [(at, at + size)], b"", True, False))

    def quoted_transport(self, protocol, at, end, pseudo):
        if protocol in CHECKSUM_AT and at + CHECKSUM_AT[protocol] + 2 <= end:
            self.sums.append(Sum(at + CHECKSUM_AT[protocol], [pseudo, (at, end)], b"", False, protocol == UDP))

    def snmp(self, at, end):
        try:
            self.message = snmp_model.decode(self.data[at:end])
        except snmp_model.Refused as refused:
            self.message = refused
            return
        if not self.message.signed and not self.message.encrypted:
            self.values = [at + offset for offset in self.message.addresses]


def ones_sum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def covered(data, sum_):
    """Everything the checksum covers with its own field zero. A run that begins at any offset is summed from its start."""
    data = data[: sum_.at] + b"\0\0" + data[sum_.at + 2 :]
    return ones_sum(b"".join(data[a:b] for a, b in sum_.covers) + sum_.extra)


def checksum(old, new, sum_):
    """The two bytes the field must hold in `new`, given what it held in `old`."""
    before = struct.unpack_from(">H", old, sum_.at)[0]
    if sum_.udp and before == 0:
        return b"\0\0"
    right = ones_sum(struct.pack(">HH", before, covered(old, sum_))) == 0xFFFF
    if right and sum_.whole:
        after = ~covered(new, sum_) & 0xFFFF
    else:
        # Wrong, or not all here: by the difference (RFC 1624, equation 3).
        a, b = covered(old, sum_), covered(new, sum_)
        if a == b:
            return struct.pack(">H", before)
        after = ~ones_sum(struct.pack(">HHH", ~before & 0xFFFF, ~a & 0xFFFF, b)) & 0xFFFF
    return b"\xff\xff" if sum_.udp and after == 0 else struct.pack(">H", after)


def choose(frame, realms, side, headers):
    """The realm's number: by VLAN; where several share it, by the inside host's address."""
    named = {v for realm in realms for v in realm.vlans}
    shared = [i for i, r in enumerate(realms, 1) if (frame.vlan in r.vlans if frame.vlan in named else not r.vlans)]
    if len(shared) < 2:
        return shared[0] if shared else 0
    if frame.ends is None:
        return 0
    inside = frame.ends[0 if side == "internal" else 1]
    sides = [side] if headers else ["internal", "external"]
    return next((i for s in sides for i in shared if realms[i - 1].image(inside, s) is not None), 0)


def translate(data, wire, realms, side, headers=False):
    unchanged = Result(data, 0, 0, True)
    if len(data) < wire:
        return unchanged  # cut by the capture
    try:
        frame = Frame(data)
    except Malformed:
        return unchanged
    number = choose(frame, realms, side, headers)
    if number == 0:
        return unchanged
    realm, other = realms[number - 1], "external" if side == "internal" else "internal"
    new, count, reversible = bytearray(data), 0, True
    for at in (frame.places if headers else []) + frame.values:
        image = realm.image(data[at : at + 4], side)
        if image is not None:
            new[at : at + 4] = image
            count += 1
        elif realm.image(data[at : at + 4], other) is not None:
            reversible = False
    if count:
        for sum_ in frame.sums:  # innermost first: an outer one covers an inner
            new[sum_.at : sum_.at + 2] = checksum(data, bytes(new), sum_)
    return Result(bytes(new), count, number, reversible)

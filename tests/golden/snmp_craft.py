"""Encodes SNMP for craft.py: plainly, and with lengths longer than they need be."""

_long_form = None  # None: the shortest form; n: that many length octets


def length(size):
    if _long_form is not None:
        return bytes([0x80 | _long_form]) + size.to_bytes(_long_form, "big")
    if size < 128:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def long_lengths(octets):
    """A function that calls another with every length encoded in that many octets."""

    def call(build):
        global _long_form
        _long_form = octets
        try:
            return build()
        finally:
            _long_form = None

    return call


def tlv(tag, content):
    return bytes([tag]) + length(len(content)) + content


def sequence(tag, *parts):
    return tlv(tag, b"".join(parts))


def unsigned(tag, number):
    return tlv(tag, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def integer(number):
    bits = number.bit_length() if number >= 0 else (number + 1).bit_length()
    return tlv(0x02, number.to_bytes(bits // 8 + 1, "big", signed=True))


def octets(content):
    return tlv(0x04, content)


def null():
    return tlv(0x05, b"")


def oid(text):
    numbers = [int(n) for n in text.split(".")]
    content = b""
    for number in [numbers[0] * 40 + numbers[1], *numbers[2:]]:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.insert(0, number & 0x7F | 0x80)
        content += bytes(groups)
    return tlv(0x06, content)


def ipv4(text):
    return bytes(int(n) for n in text.split("."))


def address(text):
    return tlv(0x40, ipv4(text))


def counter(number):
    return unsigned(0x41, number)


def gauge(number):
    return unsigned(0x42, number)


def ticks(number):
    return unsigned(0x43, number)


def counter64(number):
    return unsigned(0x46, number)


def varbind(name, value):
    return sequence(0x30, oid(name), value)


def pdu(tag, request_id, varbinds, status=0, index=0):
    return sequence(tag, integer(request_id), integer(status), integer(index), sequence(0x30, *varbinds))


def trap_fields(enterprise, agent="0.0.0.0", raw_agent=None):
    if raw_agent is None:
        raw_agent = address(agent) if agent is not None else tlv(0x40, b"")
    return oid(enterprise) + raw_agent + integer(6) + integer(42) + ticks(12345)


def trap_v1(enterprise, varbinds, **fields):
    return sequence(0xA4, trap_fields(enterprise, **fields), sequence(0x30, *varbinds))


def community_message(version, community, pdu_bytes):
    return sequence(0x30, integer(version), octets(community), pdu_bytes)


ENGINE = bytes.fromhex("8000000903020000000101")


def v3_message(pdu_bytes, flags=0, engine=ENGINE, user=b"operator", authentication=b"", privacy=b"", model=3,
               security=None, raw_flags=None, raw_data=None):
    header = sequence(0x30, integer(0x01020304), integer(65507), raw_flags or octets(bytes([flags])), integer(model))
    if security is None:
        security = sequence(0x30, octets(engine), integer(3), integer(1000), octets(user), octets(authentication),
                            octets(privacy))
    data = sequence(0x30, octets(engine), octets(b""), pdu_bytes)
    if flags & 2:  # stands for ciphertext: any octets
        data = octets(bytes((i * 167 + 13) & 0xFF for i in range((len(data) + 7) // 8 * 8)))
    return sequence(0x30, integer(3), header, octets(security), raw_data if raw_data is not None else data)

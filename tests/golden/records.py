"""Reads .rec files by DESIGN's table alone: 64-byte block header, then the block's 64-byte records."""

import pathlib
import struct
from typing import NamedTuple

PROTOCOLS = (
    "other arp snmp_v1 snmp_v2c snmp_v3 icmp stp http https nbss netbios rtp telnet voip ftp dns smtp imap dhcp "
    "snmp_unparsed"
).split()
ARP, SNMP_V1, SNMP_V2C, SNMP_V3, SNMP_UNPARSED = 1, 2, 3, 4, 19
FORWARD, TRANSLATE, DISCARD, REDIRECT = 0, 1, 2, 3
MONITOR, FROM_INTERNAL, FRAGMENT, REASSEMBLED = 4, 8, 16, 32


class Record(NamedTuple):
    worker: int
    sequence: int  # per worker: base number + number
    time: int  # ns since 1970, of the tick the frame fell into
    tick: int  # ns
    data: bytes  # the 64 bytes


def crc32c_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


TABLE = crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283  # the check value of CRC-32C (RFC 3720, B.4)


class Broken(Exception):
    pass


def read_file(path):
    raw = pathlib.Path(path).read_bytes()
    records, at = [], 0
    while at < len(raw):
        header = raw[at : at + 64]
        if len(header) < 64:
            raise Broken(f"{path}: cut inside a header at {at}")
        magic, version, worker, base_time, tick, zero, base_number, count = struct.unpack(">4sHHQIIQH", header[:34])
        crc = struct.unpack(">I", header[60:64])[0]
        block = raw[at : at + 64 + 64 * count]
        for name, good in {
            "magic": magic == b"SG64",
            "version": version == 1,
            "zero": zero == 0 and header[34:60] == bytes(26),
            "count": 1 <= count <= 255,
            "size": len(block) == 64 + 64 * count,
            "crc": crc == crc32c(block[:60] + bytes(4) + block[64:]),
        }.items():
            if not good:
                raise Broken(f"{path}: block at {at}: {name}")
        last = -1
        for i in range(count):
            data = block[64 + 64 * i : 128 + 64 * i]
            if data[1] <= last:
                raise Broken(f"{path}: block at {at}: number {data[1]} after {last}")
            last = data[1]
            records.append(Record(worker, base_number + data[1], base_time + data[0] * tick, tick, data))
        at += 64 + 64 * count
    return records


def read_directory(directory):
    """All records of a run, by worker, in order; proves that none is missing."""
    workers = {}
    for path in sorted(pathlib.Path(directory).glob("*.rec")):
        for record in read_file(path):
            workers.setdefault(record.worker, []).append(record)
    for worker, records in workers.items():
        records.sort(key=lambda r: r.sequence)
        if [r.sequence for r in records] != list(range(len(records))):
            raise Broken(f"worker {worker}: a gap in the numbers of its records")
    return workers

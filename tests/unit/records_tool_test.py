#!/usr/bin/python3
"""snmpgate-records dump, against files packed here by docs/record.md alone.

    records_tool_test.py PATH/TO/snmpgate-records [unittest's arguments]
"""

import datetime
import json
import os
import pathlib
import random
import re
import select
import struct
import subprocess
import sys
import tempfile
import unittest

TOOL = os.environ.get("SNMPGATE_RECORDS", "")
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "record.md"

RECORD = struct.Struct(">BBBB6s6sHHHBBH6s4s6s4sHBBHBBIBBHH")
FIELDS = ("time number length capture_length destination source type hardware_type protocol_type hardware_size "
          "protocol_size opcode sender_mac sender_ip target_mac target_ip facts protocol verdict reason pdu "
          "error_status request_id varbinds translated realm_and_vlan rule").split()
HEADER = struct.Struct(">4sHHQI4xQH26xI")
assert RECORD.size == HEADER.size == 64

START = 1714564800 * 10**9  # 2024-05-01T12:00:00Z


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283  # RFC 3720's polynomial, the catalogue's check value


def record(**given):
    """An ARP request of nobody, with the fields given."""
    fields = dict.fromkeys(FIELDS, 0)
    fields |= {name: bytes(6) for name in ("destination", "source", "sender_mac", "target_mac")}
    fields |= {name: bytes(4) for name in ("sender_ip", "target_ip")}
    fields |= {"type": 0x0806, "hardware_type": 1, "protocol_type": 0x0800, "hardware_size": 6, "protocol_size": 4,
               "opcode": 1, "protocol": 1}
    unknown = given.keys() - fields.keys()
    assert not unknown, unknown
    return fields | given


def pack(records, worker=0, base_time=START, tick=1 << 20, base_number=0):
    body = b"".join(RECORD.pack(*(fields[name] for name in FIELDS)) for fields in records)
    header = [b"SG64", 1, worker, base_time, tick, base_number, len(records), 0]
    header[-1] = crc32c(HEADER.pack(*header) + body)
    return HEADER.pack(*header) + body


def numbered(count, **where):
    return pack([record(number=i, time=i) for i in range(count)], **where)


def mac(address):
    return address.hex(":")


def ip(address):
    return ".".join(map(str, address))


PROTOCOLS = ("other arp snmp_v1 snmp_v2c snmp_v3 icmp stp http https nbss netbios rtp telnet voip ftp dns smtp imap "
             "dhcp snmp_unparsed").split()
PDUS = {0: "", 0xA0: "get_request", 0xA1: "get_next_request", 0xA2: "response", 0xA3: "set_request", 0xA4: "trap_v1", 0xA5: "get_bulk_request",
        0xA6: "inform_request", 0xA7: "trap_v2", 0xA8: "report"}


def expected_json(fields, worker, base_time, tick, base_number):
    """What docs/record.md says the line holds, but for the names of reasons and the rendered time."""
    line = {name: fields[name] for name in FIELDS if name != "realm_and_vlan"}
    line |= {name: mac(fields[name]) for name in ("destination", "source", "sender_mac", "target_mac")}
    line |= {name: ip(fields[name]) for name in ("sender_ip", "target_ip")}
    del line["time"]
    facts, verdict = fields["facts"], fields["verdict"]
    return line | {
        "worker": worker, "number": base_number + fields["number"],
        "time_ns": base_time + fields["time"] * tick, "tick_ns": tick,
        "request_id": struct.unpack(">i", struct.pack(">I", fields["request_id"]))[0],
        "realm": fields["realm_and_vlan"] >> 12, "vlan": fields["realm_and_vlan"] & 0xFFF,
        "source_listed": bool(facts & 1), "destination_listed": bool(facts & 2), "solicited": bool(facts & 4),
        "binding": ("unknown", "match", "new", "conflict")[facts >> 3 & 3],
        "first_of_pair": bool(facts & 32), "announcement": bool(facts & 64),
        "frames_log2": facts >> 8 & 15, "targets_log2": facts >> 12,
        "action": ("forward", "translate", "discard", "redirect")[verdict & 3],
        "monitor": bool(verdict & 4), "direction": "internal" if verdict & 8 else "external",
        "fragment": bool(verdict & 16), "reassembled": bool(verdict & 32),
        "protocol_name": PROTOCOLS[fields["protocol"]] if fields["protocol"] < len(PROTOCOLS) else "unknown",
        "pdu_name": PDUS.get(fields["pdu"], "unknown"),
    }


def utc(time_ns):
    """As Python renders it; its datetime knows microseconds only."""
    whole = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=time_ns // 10**9)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{time_ns % 10**9:09d}Z"


def dump(*arguments, stdin=None):
    return subprocess.run([TOOL, "dump", *arguments], input=stdin, capture_output=True, timeout=60)


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


class RecordsTool(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, data, name="a.rec"):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as out:
            out.write(data)
        return path

    def test_every_field_of_random_records(self):
        dice = random.Random(1)
        sizes = {"6s": 48, "4s": 32, "B": 8, "H": 16, "I": 32}
        codes = re.findall(r"\d?[sBHI]", RECORD.format[1:])
        blocks, data = [], b""
        for worker in range(12):
            records = []
            for _ in range(dice.randint(1, 20)):
                fields = {}
                for name, code in zip(FIELDS, codes, strict=True):
                    value = dice.getrandbits(sizes[code])
                    fields[name] = value.to_bytes(sizes[code] // 8, "big") if code.endswith("s") else value
                records.append(fields)
            for i, fields in enumerate(records):
                fields["number"] = i  # or gaps would be told between them
                fields["protocol"] %= 25
                fields["pdu"] = dice.choice([0, *range(0xA0, 0xA9), 0xFF])
            base = {"worker": 65535 - worker, "base_time": dice.getrandbits(60), "tick": 1 << dice.randint(4, 31),
                    "base_number": dice.getrandbits(63)}
            blocks += [(fields, base) for fields in records]
            data += pack(records, **base)
        result = dump("--json", self.file(data))
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        got = lines(result)
        self.assertEqual(len(got), len(blocks))
        for line, (fields, base) in zip(got, blocks):
            rendered, reason_name = line.pop("time"), line.pop("reason_name")
            self.assertEqual(line, expected_json(fields, **base))
            self.assertEqual(rendered, utc(line["time_ns"]))
            self.assertTrue(reason_name)

    def test_names_of_reasons(self):
        numbers = [0, 1, 20, 130, 255, 65535]
        got = lines(dump("--json", self.file(pack([record(number=i, reason=n) for i, n in enumerate(numbers)]))))
        self.assertEqual([line["reason_name"] for line in got],
                         ["none", "frame_short", "arp_truncated", "blocked_mac", "unknown", "unknown"])

    def test_text_of_what_the_example_has_not(self):
        address = bytes.fromhex("0a0b0c0d0e0f")
        data = pack([
            record(number=0, length=255, capture_length=8, facts=0x217F, verdict=0b110110, reason=130, rule=9),
            record(number=1, hardware_type=15, hardware_size=2, protocol_type=0x1234, opcode=77,
                   sender_ip=b"\1\2\3\4", source=address),
            record(number=2, protocol=19, type=0x814C, protocol_type=0x86DD, sender_ip=b"\0\0\0\1",
                   target_ip=b"\xfe\x80\0\2", reason=60, opcode=0),
            record(number=3, protocol=4, type=0x814C, request_id=0xFFFFFFFE, verdict=8, opcode=0),
            record(number=4, protocol=0, type=0x88CC, opcode=0),
        ])
        result = dump(self.file(data))
        none, nil = "00:00:00:00:00:00", "0.0.0.0"
        head = "2024-05-01T12:00:00.000000000Z worker 0 number %d %s vlan 0 realm 0 "
        self.assertEqual(result.stdout.decode().splitlines(), [
            head % (0, "external") + f"arp {none}>{none} length >2032 captured <=64 request sender {none} {nil} "
            f"target {none} {nil} discard monitor fragment reassembled reason blocked_mac rule 9 facts source_listed,"
            "destination_listed,solicited,first_of_pair,announcement,binding_conflict,frames>=2/s,targets>=4/s",
            head % (1, "external") + f"arp {mac(address)}>{none} length <=0 opcode 77 hardware 15/2 protocol 0x1234/4 "
            f"sender {none} 0x01020304 target {none} 0x00000000 forward",
            head % (2, "external") + f"snmp_unparsed {none}>{none} length <=0 *:0000:0001>*:fe80:0002 forward reason "
            "ber_truncated",
            head % (3, "internal") + f"snmp_v3 {none}>{none} length <=0 no_pdu request_id -2 error_status 0 varbinds 0 "
            "translated 0 forward",
            head % (4, "external") + f"other type 0x88cc {none}>{none} length <=0 forward",
        ])

    def test_gap_within_a_block_between_blocks_and_between_files(self):
        first = self.file(pack([record(number=0), record(number=3)]) + numbered(2, worker=1, base_number=50), "1.rec")
        second = self.file(numbered(1, base_number=9) + numbered(1, worker=1, base_number=52), "2.rec")
        third = self.file(numbered(1), "3.rec")
        result = dump("--json", first, second, third)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual(
            [line["gap"] if "gap" in line else (line["worker"], line["number"]) for line in lines(result)],
            [(0, 0), {"worker": 0, "expected": 1, "number": 3, "missing": 2}, (0, 3), (1, 50), (1, 51),
             {"worker": 0, "expected": 4, "number": 9, "missing": 5}, (0, 9), (1, 52),
             {"worker": 0, "expected": 10, "number": 0, "missing": 0}, (0, 0)])
        result = dump(first, second, third)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(len(result.stdout.splitlines()), 7)
        self.assertEqual(result.stderr.decode().splitlines(), [
            f"{first}: worker 0: 2 records missing, numbers 1 to 2",
            f"{second}: worker 0: 5 records missing, numbers 4 to 8",
            f"{third}: worker 0: numbers go back from 9 to 0: another run, or files out of order"])

    def test_a_file_cut_at_any_byte_shows_its_whole_blocks(self):
        data = numbered(2) + numbered(1, base_number=2)
        ends = [0, 192, 320]
        self.assertEqual(len(data), ends[-1])
        for size in range(len(data) + 1):
            path = self.file(data[:size])
            result = dump("--json", path)
            whole = max(end for end in ends if end <= size)
            self.assertEqual(result.returncode, 0, size)
            self.assertEqual(len(lines(result)), {0: 0, 192: 2, 320: 3}[whole], size)
            said = "" if size == whole else (
                f"{path}: cut inside the block at offset {whole}: {size - whole} bytes ignored\n")
            self.assertEqual(result.stderr.decode(), said)

    def test_any_flipped_bit_loses_its_block_alone(self):
        before, middle, after = numbered(1), numbered(2, base_number=1), numbered(1, base_number=3)
        reasons = {}
        for byte in range(len(middle)):
            broken = bytearray(middle)
            broken[byte] ^= 1 << byte % 8
            path = self.file(before + broken + after)
            result = dump(path)
            self.assertEqual(result.returncode, 1, byte)
            self.assertEqual([int(line.split()[4]) for line in result.stdout.splitlines()], [0, 3], byte)
            damage, gap = result.stderr.decode().splitlines()
            match = re.fullmatch(re.escape(path) + r": no block at offset 128: (.*); 192 bytes passed over", damage)
            self.assertTrue(match, damage)
            reasons.setdefault(match[1], []).append(byte)
            self.assertEqual(gap, f"{path}: worker 0: 2 records missing, numbers 1 to 2")
        self.assertEqual(reasons['no magic "SG64"'], [0, 1, 2, 3])
        self.assertEqual(reasons["a version this program does not know"], [4, 5])
        counted = reasons["a count that is not 1..255"] + reasons.get("shorter than its header says", [])
        self.assertLessEqual(set(counted), {32, 33})
        self.assertGreater(len(reasons["a wrong checksum"]), 180)

    def test_damage_at_either_end_and_false_magic(self):
        block = numbered(3)
        for junk in (b"S", b"junk", b"SG6", bytes(100), b"SG64" * 16, b"SG64" + bytes(200), os.urandom(60000)):
            with self.subTest(junk=junk[:8]):
                path = self.file(junk + block)
                result = dump("--json", path)
                self.assertEqual((result.returncode, len(lines(result))), (1, 3))
                self.assertIn(f"{path}: no block at offset 0: ", result.stderr.decode())
                self.assertIn(f"; {len(junk)} bytes passed over", result.stderr.decode())
        for junk in (b"junk", bytes(100), b"SG64" * 16 + b"x"):
            with self.subTest(tail=junk[:8]):
                result = dump("--json", self.file(block + junk))
                self.assertEqual((result.returncode, len(lines(result))), (1, 3))
                self.assertIn("no block at offset 256: ", result.stderr.decode())

    def test_a_block_that_lost_its_end_before_another(self):
        path = self.file(numbered(5)[:100] + numbered(1))
        result = dump("--json", path)
        self.assertEqual((result.returncode, len(lines(result))), (1, 1))
        self.assertEqual(result.stderr.decode(), f"{path}: no block at offset 0: shorter than its header says; 100 bytes "
                         "passed over\n")

    def test_damage_of_any_size_around_a_buffer(self):
        for size in (*range(16380, 16389), *range(131068, 131077)):
            result = dump("--json", self.file(bytes(size) + numbered(1)))
            self.assertEqual((result.returncode, len(lines(result))), (1, 1), size)

    def test_larger_than_any_buffer_from_a_pipe(self):
        data = b"".join(numbered(255, base_number=255 * i) for i in range(12)) + numbered(7, base_number=12 * 255)
        got = lines(dump("--json", "-", stdin=data))
        self.assertEqual([line["number"] for line in got], list(range(12 * 255 + 7)))

    def test_a_growing_pipe_is_shown_block_by_block(self):
        with subprocess.Popen([TOOL, "dump", "--json", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tool:
            for number in range(3):
                tool.stdin.write(numbered(1, base_number=number))
                tool.stdin.flush()
                shown, _, _ = select.select([tool.stdout], [], [], 30)
                self.assertTrue(shown, "nothing while the pipe is open")
                self.assertEqual(json.loads(tool.stdout.readline())["number"], number)
            tool.stdin.close()
            self.assertEqual(tool.wait(timeout=30), 0)

    def test_a_closed_pipe_ends_quietly(self):
        data = self.file(numbered(255) * 40)
        with subprocess.Popen([TOOL, "dump", "--json", data], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
            tool.stdout.readline()
            tool.stdout.close()
            self.assertEqual(tool.stderr.read(), b"")
            self.assertEqual(tool.wait(timeout=30), 0)

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([TOOL, "dump", self.file(numbered(1))], stdout=full, stderr=subprocess.PIPE,
                                    timeout=30)
        self.assertEqual((result.returncode, result.stderr), (1, b"stdout: No space left on device\n"))

    def test_a_file_that_cannot_be_read_does_not_hide_the_next(self):
        result = dump("/nonexistent.rec", self.folder.name, self.file(numbered(1)))
        self.assertEqual((result.returncode, len(result.stdout.splitlines())), (1, 1))
        self.assertEqual(result.stderr.decode(), "/nonexistent.rec: No such file or directory\n"
                         f"{self.folder.name}: Is a directory\n")

    def test_a_wrong_command_line(self):
        for arguments in ([], ["dump"], ["paint", "x"], ["dump", "--xml", "x"]):
            self.assertEqual(subprocess.run([TOOL, *arguments], capture_output=True, timeout=30).returncode, 2)
        self.assertEqual(subprocess.run([TOOL, "--help"], capture_output=True, timeout=30).returncode, 0)

    def test_the_page_shows_what_the_tool_prints(self):
        page = PAGE.read_text(encoding="utf-8")
        hexes = re.findall(r"^[0-9a-f]{8}: ((?:[0-9a-f]{2} )+)", page, re.M)
        data = bytes.fromhex("".join(hexes))
        device, gateway = bytes.fromhex("02000000000a"), bytes.fromhex("020000000001")
        packed = pack([
            record(length=8, capture_length=8, destination=b"\xff" * 6, source=device, sender_mac=device,
                   sender_ip=bytes([10, 1, 0, 10]), target_ip=bytes([10, 1, 0, 1]), verdict=0b1100,
                   realm_and_vlan=0x100A),
            record(time=2, number=1, length=12, capture_length=12, destination=gateway, source=device, type=0x814C,
                   opcode=2, sender_mac=device, sender_ip=bytes([10, 1, 0, 10]), target_mac=gateway,
                   target_ip=bytes([198, 51, 100, 7]), facts=1 << 8, protocol=3, verdict=0b1101, pdu=0xA2,
                   request_id=0x1234, varbinds=1, translated=1, realm_and_vlan=0x100A),
        ])
        self.assertEqual(data.hex(" "), packed.hex(" "))
        text = re.search(r"^\$ snmpgate-records dump example.rec\n(.*?)^```", page, re.M | re.S)[1]
        self.assertEqual(dump(self.file(data)).stdout.decode(), text)
        shown = re.search(r"^```json\n(.*?)^```", page, re.M | re.S)[1]
        self.assertEqual(dump("--json", self.file(data)).stdout.decode().splitlines()[1] + "\n", shown)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        TOOL = sys.argv.pop(1)
    if not TOOL:
        sys.exit(__doc__)
    unittest.main()

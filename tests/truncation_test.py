#!/usr/bin/python3
"""Every frame of the project's captures, cut at every length and blown up to 9,000 bytes, through every part of the path:
no crash, no report of a sanitizer, balanced books. usage: truncation_test.py BINARY"""

import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "golden"))

import pcapfile  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
EVERYTHING = {
    "mode": "prevent",
    "realms": [{"name": "half", "maps": [{"private": "0.0.0.0/1", "public": "128.0.0.0/1"}]}],
    "nat": {"headers": True},
    "frames": {"malformed": "discard"},
    "alg": {"unparsable": "discard", "untranslatable": "discard"},
    "blocklist": {"macs": ["02:00:00:00:00:66"], "prefixes": ["10.66.0.0/16", "2001:db8:66::/48"]},
    "records": {"also": ["other", "icmp", "dns", "dhcp"]},
}


def cuts(frame):
    """As frames that end there (the sender's lie), and as frames of which a capture kept that much."""
    for size in range(len(frame) if len(frame) < 200 else 200):
        yield frame[:size], size
        yield frame[:size], len(frame)
    for fill in (0x00, 0x30, 0xFF):
        for size in (len(frame) + 1, 1514, 9000):
            yield frame.ljust(size, bytes([fill])), size


class Truncation(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)
        seen, number = set(), 0
        with (self.dir / "in.pcap").open("wb") as out:
            out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
            for capture in sorted((HERE / "golden/captures").glob("*.pcap")):
                if "link" in capture.name:  # not Ethernet, on purpose
                    continue
                # One frame of each beginning: the captures repeat themselves, what they are made of does not.
                for frame in pcapfile.read(capture).frames:
                    kind = bytes(frame.data[12:48])
                    if kind in seen or len(seen) >= 400:
                        continue
                    seen.add(kind)
                    for data, wire in cuts(bytes(frame.data)):
                        out.write(struct.pack("<IIII", number // 1000, number % 1000, len(data), wire) + data)
                        number += 1
        self.number = number
        self.assertGreater(number, 20_000)

    def replay(self, config, side, *more):
        (self.dir / "config.json").write_text(json.dumps(config))
        out = self.dir / "out"
        done = subprocess.run(
            [BINARY, "replay", "--config", self.dir / "config.json", f"--{side}", self.dir / "in.pcap", "--out", out, *more],
            capture_output=True, text=True, timeout=300,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads((out / "stats.json").read_text())

    def test_everything_on(self):
        for side in ("external", "internal"):
            stats = self.replay(EVERYTHING, side, "--workers", "3")
            self.assertEqual((stats["received"], stats["balance"]), (self.number, 0))
            self.assertEqual(stats["ports"][side]["balance"], 0)
            self.assertGreater(stats["translated"], 0)
            self.assertGreater(len(stats["discarded"]), 20, "reasons that were met")

    def test_everything_off_changes_nothing(self):
        stats = self.replay({}, "internal")
        self.assertEqual((stats["received"], stats["sent"], stats["translated"]), (self.number, self.number, 0))
        frames = lambda name: [f.data for f in pcapfile.read(self.dir / name).frames]
        self.assertTrue(frames("in.pcap") == frames("out/external.pcap"), "every frame leaves as it came, in order")


if __name__ == "__main__":
    unittest.main()

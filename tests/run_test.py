#!/usr/bin/python3
"""`snmpgate run` on fake ports (captures in, captures out): no root, no hugepages, no NIC. usage: run_test.py BINARY"""

import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv.pop(1))
EAL = ["--no-huge", "--no-shconf", "--no-pci", "--no-telemetry", "-m", "256"]


def arp(number):
    """A request of its own for each number."""
    mac, ip = bytes([2, 0, 0, 0, number >> 8, number & 255]), bytes([10, 1, number >> 8, number & 255])
    head = b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1)
    return (head + mac + ip + bytes(6) + bytes([10, 1, 0, 1])).ljust(60, b"\0")


def write_pcap(path, frames):
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    path.write_bytes(head + b"".join(struct.pack("<IIII", i, 0, len(f), len(f)) + f for i, f in enumerate(frames)))


def read_pcap(path):
    data, at, frames = path.read_bytes(), 24, []
    while at < len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        frames.append(data[at + 16 : at + 16 + size])
        at += 16 + size
    return frames


class Run(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="snmpgate-run-"))
        self.addCleanup(shutil.rmtree, self.dir)
        self.user = {}
        if os.geteuid() == 0:  # the point is that root is not needed
            shutil.chown(self.dir, "nobody", "nogroup")
            self.user = {"user": "nobody", "group": "nogroup", "extra_groups": []}

    def config(self, **more):
        ports = {
            side: {"device": f"net_pcap{i},rx_pcap={self.dir}/{side}-in.pcap,tx_pcap={self.dir}/{side}-out.pcap"}
            for i, side in enumerate(("external", "internal"))
        }
        config = {
            "ports": ports,
            "records": {"directory": f"{self.dir}/records"},
            "alerts": {"eve": {"file": f"{self.dir}/eve.json"}},
            "control": {"socket": f"{self.dir}/control.sock"},
            **more,
        }
        path = self.dir / "config.json"
        path.write_text(json.dumps(config))
        return path

    def run_to_the_end(self, config):
        """Starts it, ends it as soon as it is ready, and gives back its stats: what came in still has to go through."""
        process = subprocess.Popen(
            [BINARY, "run", "--config", config, "--", *EAL],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.dir, **self.user,
        )
        words = []
        for line in process.stderr:
            words.append(line)
            if line == "snmpgate: ready\n":
                break
        else:
            self.fail("never ready:\n" + "".join(words))
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0)
        return json.loads(out)

    def test_every_frame_crosses_unchanged_and_in_order(self):
        inside, outside = [arp(i) for i in range(1000)], [arp(i) for i in range(5000, 5300)]
        write_pcap(self.dir / "internal-in.pcap", inside)
        write_pcap(self.dir / "external-in.pcap", outside)
        stats = self.run_to_the_end(self.config())
        self.assertEqual(read_pcap(self.dir / "external-out.pcap"), inside)
        self.assertEqual(read_pcap(self.dir / "internal-out.pcap"), outside)
        self.assertEqual((stats["received"], stats["sent"], stats["discarded"], stats["balance"]), (1300, 1300, {}, 0))
        self.assertEqual(stats["ports"]["internal"]["received"], 1000)
        self.assertEqual(stats["records"], {"wanted": 1300, "lost": 0, "lost_writing": 0})

    def test_a_blocked_station_is_stopped_and_told(self):
        write_pcap(self.dir / "internal-in.pcap", [arp(i) for i in range(100)])
        write_pcap(self.dir / "external-in.pcap", [])
        stats = self.run_to_the_end(self.config(mode="prevent", blocklist={"macs": ["02:00:00:00:00:07"]}))
        self.assertEqual(read_pcap(self.dir / "external-out.pcap"), [arp(i) for i in range(100) if i != 7])
        self.assertEqual(stats["discarded"], {"blocked_mac": 1})
        self.assertEqual(stats["balance"], 0)
        alert = json.loads((self.dir / "eve.json").read_text())
        self.assertEqual(alert["alert"]["signature"], "blocked_mac")
        self.assertEqual(alert["alert"]["action"], "blocked")
        self.assertEqual(alert["ether"]["src_mac"], "02:00:00:00:00:07")

    def refused(self, config, *eal):
        done = subprocess.run(
            [BINARY, "run", "--config", config, "--", *eal],
            capture_output=True, text=True, timeout=30, cwd=self.dir, **self.user,
        )
        self.assertNotEqual(done.returncode, 0)
        return done.stderr

    def test_replay_does_not_write_over_its_input(self):
        write_pcap(self.dir / "external.pcap", [arp(1)])
        before = (self.dir / "external.pcap").read_bytes()
        (self.dir / "config.json").write_text("{}")
        done = subprocess.run(
            [BINARY, "replay", "--config", self.dir / "config.json", "--internal", self.dir / "external.pcap", "--out", self.dir],
            capture_output=True, text=True, timeout=30, **self.user,
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("would be written over", done.stderr)
        self.assertEqual((self.dir / "external.pcap").read_bytes(), before)

    def test_it_says_what_stops_a_start_and_the_cure(self):
        write_pcap(self.dir / "internal-in.pcap", [])
        write_pcap(self.dir / "external-in.pcap", [])
        self.assertIn("--driver drivers-config/tap.json", self.refused(self.config(ports={}), *EAL))
        self.assertIn("CPU 999 is not online, or not allowed", self.refused(self.config(cores={"workers": [999]}), *EAL))
        nowhere = self.config(records={"directory": "/proc/nowhere"})
        self.assertIn("/proc/nowhere", self.refused(nowhere, *EAL))
        tap = self.config(ports={s: {"device": f"net_tap{i}"} for i, s in enumerate(("external", "internal"))})
        if self.user:
            self.assertIn("sudo", self.refused(tap, *EAL))
        same = self.config(ports={s: {"device": f"net_tap{i},iface=sg0"} for i, s in enumerate(("external", "internal"))})
        self.assertIn("ports.internal.device", self.refused(same, *EAL))


if __name__ == "__main__":
    unittest.main()

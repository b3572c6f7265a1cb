#!/usr/bin/python3
"""No allocation, no lock and no system call on the run loop of an lcore, counted in the real program.

usage: hot_path_test.py SNMPGATE COUNTING.so PLANTING.so

Allocations and locks are counted by a preloaded library, system calls by strace (all but sched_yield, which an lcore that
shares its CPU makes), frames by DPDK's telemetry. Ports are net_null, or net_pcap going round and round in the project's
own captures, so no root, no hugepages, no NIC. Each count is shown to see what is planted.
"""

import collections
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tests/golden")]

import pcapfile  # noqa: E402

FRAMES = 2_000_000  # in the interval that is watched
SECONDS = 60  # the most that may take
LINE, LINES = struct.Struct("<QQQ40x"), 256  # as in counting.cpp: thread, allocations, locks
CPUS = sorted(os.sched_getaffinity(0))
FUSED = {"layout": "fused", "workers": [CPUS[0]]}
SPLIT = {"layout": "split", "rx": [CPUS[0]], "workers": [CPUS[0], CPUS[-1]], "tx": [CPUS[-1]]}
LCORES = {"fused": 1, "split": 4}
# Every table a frame can be looked up in has something to find.
CONFIG = {
    "mode": "prevent",
    "realms": [{"name": "physics", "maps": [{"private": "10.1.0.0/16", "public": "172.20.0.0/16"}]}],
    "nat": {"headers": True},
    "blocklist": {"macs": ["02:00:00:00:03:03"], "prefixes": ["10.1.0.66/32"]},
}
STRACE = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=!sched_yield"]


def why_not(binary):
    if not shutil.which("strace"):
        return "no strace (tools/setup)"
    tried = subprocess.run([*STRACE, "-o", "/dev/null", "true"], capture_output=True, text=True, timeout=30)
    if tried.returncode != 0:
        return "strace is not permitted: " + tried.stderr.strip()
    if b"__asan_init" in binary or b"__tsan_init" in binary:
        return "a sanitizer allocates and locks by itself; a build without one is counted"
    return None


class Telemetry:
    """DPDK's own, of a running program."""

    def __init__(self, directory):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(10)
        self.socket.connect(str(directory / "dpdk/rte/dpdk_telemetry.v2"))
        self.socket.recv(1 << 14)  # who it is

    def received(self):
        total = 0
        for port in (0, 1):
            self.socket.send(f"/ethdev/stats,{port}".encode())
            total += json.loads(self.socket.recv(1 << 14))["/ethdev/stats"]["ipackets"]
        return total


class Watched:
    """snmpgate while it is watched; `with` ends it."""

    def __init__(self, cores, ports, plant=""):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="snmpgate-hot-"))
        self.calls = self.directory / "calls"
        self.calls.write_bytes(bytes(LINE.size * LINES))
        config = CONFIG | {"cores": cores, "ports": ports(self.directory),
                           "records": {"directory": str(self.directory / "records")},
                           "alerts": {"eve": {"file": str(self.directory / "eve.json")}},
                           "control": {"socket": str(self.directory / "control.sock")}}
        (self.directory / "config.json").write_text(json.dumps(config))
        preloaded = [COUNTING, *([PLANTING] if plant else [])]
        self.telemetry = None
        self.strace = subprocess.Popen(
            [*STRACE, "-ff", "-o", self.directory / "strace", "-E", "LD_PRELOAD=" + ":".join(preloaded), BINARY, "run",
             "--config", self.directory / "config.json", "--", "--no-huge", "--no-shconf", "--no-pci", "-m", "512"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"SNMPGATE_CALLS": str(self.calls), "SNMPGATE_PLANT": plant, "RUNTIME_DIRECTORY": str(self.directory)})

    def __enter__(self):
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait_until_ready(self):
        words = []
        for line in self.strace.stderr:
            words.append(line)
            if line == "snmpgate: ready\n":
                break
        else:
            raise AssertionError("never ready:\n" + "".join(words))
        [self.program] = self.children()
        self.telemetry = Telemetry(self.directory)

    def __exit__(self, *_):
        if self.telemetry:
            self.telemetry.socket.close()
        if self.strace.poll() is None:
            self.end(signal.SIGKILL)
        shutil.rmtree(self.directory)

    def children(self):
        return [int(word) for word in pathlib.Path(f"/proc/{self.strace.pid}/task/{self.strace.pid}/children").read_text().split()]

    def end(self, number=signal.SIGTERM):
        """The statistics."""
        for child in self.children():
            os.kill(child, number)
        out, errors = self.strace.communicate(timeout=60)
        if number == signal.SIGTERM and self.strace.returncode != 0:
            raise AssertionError(f"ended with {self.strace.returncode}:\n{errors}")
        return json.loads(out) if number == signal.SIGTERM else None

    def lcores(self):
        """{thread: its name}, as DPDK 22.11 and later name them."""
        names = {int(task.name): (task / "comm").read_text().strip()
                 for task in pathlib.Path(f"/proc/{self.program}/task").iterdir()}
        return {thread: name for thread, name in names.items() if "-worker" in name}

    def counts(self):
        """{thread: Counter}. A thread that never did anything of the kind has no line."""
        lines = {thread: collections.Counter(allocation=allocations, lock=locks)
                 for thread, allocations, locks in LINE.iter_unpack(self.calls.read_bytes()) if thread}
        for thread in self.lcores():
            counts = lines.setdefault(thread, collections.Counter())
            lines_of_strace = (self.directory / f"strace.{thread}").read_text().splitlines()
            counts.update("system call " + line.split("(")[0] for line in lines_of_strace)
        return lines

    def let_pass(self, frames):
        """How many did."""
        before, end = self.telemetry.received(), time.monotonic() + SECONDS
        while True:
            time.sleep(0.05)
            passed = self.telemetry.received() - before
            if passed >= frames or time.monotonic() > end:
                return passed


def nothing(_):
    """Empty frames, as many as are wanted."""
    return {"external": {"device": "net_null0,size=64"}, "internal": {"device": "net_null1,size=64"}}


def everything(directory):
    """The project's own captures, over and over: ARP, SNMP of all kinds, fragments, malformed frames. What net_pcap
    cannot repeat (frames of several segments) or never gets from a wire (cut ones) is left out."""
    frames = [frame for path in sorted((ROOT / "tests/golden/captures").glob("*.pcap")) if path.stat().st_size > 24
              for capture in [pcapfile.read(path)] if capture.link_types == {pcapfile.ETHERNET}
              for frame in capture.frames if 14 <= len(frame.data) == frame.wire <= 1514]
    pcapfile.write(directory / "in.pcap", frames)
    return {side: {"device": f"net_pcap{i},rx_pcap={directory}/in.pcap,infinite_rx=1"}
            for i, side in enumerate(("external", "internal"))}


class HotPath(unittest.TestCase):
    def watch(self, cores, ports, plant=""):
        """What the lcores did while FRAMES passed: a Counter; and the statistics at the end."""
        with Watched(cores, ports, plant) as program:
            lcores = program.lcores()
            self.assertEqual(len(lcores), LCORES[cores["layout"]], lcores)
            before = program.counts()
            self.assertGreater(before[program.program]["allocation"], 1000)  # a start allocates: they are counted
            passed = program.let_pass(FRAMES)
            after = program.counts()
            self.assertGreaterEqual(passed, FRAMES)
            stats = program.end()
        did = sum((after[thread] - before[thread] for thread in lcores), collections.Counter())
        self.assertEqual(stats["balance"], 0)
        print(f"{cores['layout']}, {ports.__name__}: {passed} frames, {dict(did) or 'no call'}", flush=True)
        return did, stats

    def test_nothing_fused(self):
        self.assertEqual(self.watch(FUSED, nothing)[0], {})

    def test_nothing_split(self):
        self.assertEqual(self.watch(SPLIT, nothing)[0], {})

    def everything_is_done(self, cores):
        did, stats = self.watch(cores, everything)
        self.assertEqual(did, {})
        for what in ("translated", "addresses_translated", "discarded", "passed"):
            self.assertTrue(stats[what], stats)
        self.assertGreater(stats["records"]["wanted"], 0)
        self.assertIn("blocked_mac", stats["discarded"])
        for lcore in stats["lcores"]:
            self.assertGreater(lcore["received"], 0, lcore)

    def test_everything_fused(self):
        self.everything_is_done(FUSED)

    def test_everything_split(self):
        self.everything_is_done(SPLIT)

    def test_what_is_planted_is_seen(self):
        for plant in ("allocation", "lock", "system call getppid"):
            with self.subTest(plant=plant):
                self.assertGreater(self.watch(FUSED, nothing, plant)[0][plant], 10)


if __name__ == "__main__":
    BINARY, COUNTING, PLANTING = map(os.path.abspath, sys.argv[1:4])
    if reason := why_not(pathlib.Path(BINARY).read_bytes()):
        print(f"skipped: hot_path: {reason}")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], verbosity=2)

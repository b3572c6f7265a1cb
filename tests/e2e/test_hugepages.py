"""With hugepages: all of the path's state lies in them; without enough of them it does not start, and says the cure."""

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

import lab

PAGES = pathlib.Path("/proc/sys/vm/nr_hugepages")
SIZE = pathlib.Path("/sys/kernel/mm/hugepages/hugepages-2048kB")
EAL = ["--in-memory", "--no-pci", "--no-telemetry", "--file-prefix", f"sgtest{os.getpid()}"]


@contextlib.contextmanager
def reserved(pages):
    before = PAGES.read_text()
    try:
        PAGES.write_text(str(pages))
        yield int(PAGES.read_text())
    finally:
        PAGES.write_text(before)


def hugepage_ranges(pid):
    """Where a process has memory in pages larger than usual."""
    ranges, current = [], None
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if match := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            current = range(int(match[1], 16), int(match[2], 16))
        elif line.startswith("KernelPageSize:") and int(line.split()[1]) >= 2048:
            if ranges and ranges[-1].stop == current.start:
                current = range(ranges.pop().start, current.stop)
            ranges.append(current)
    return ranges


class Hugepages(unittest.TestCase):
    def setUp(self):
        reason = lab.why_not()
        if reason is None and not SIZE.is_dir():
            reason = "this kernel has no hugepages of 2 MB"
        if reason is None and int(PAGES.read_text()) != 0:
            reason = "hugepages are reserved here already, for somebody else"
        if reason:
            self.skipTest(reason)
        directory = tempfile.TemporaryDirectory(prefix="snmpgate-huge-")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def command(self, **more):
        config = {"ports": {"external": {"device": "net_null0,size=60"}, "internal": {"device": "net_null1,size=60"}},
                  "cores": lab.SPLIT, "realms": [lab.REALM], "blocklist": {"macs": [lab.BLOCKED_MAC]},
                  "records": {"directory": str(self.directory / "records")},
                  "alerts": {"eve": {"file": str(self.directory / "eve.json")}},
                  "control": {"socket": str(self.directory / "control.sock")}} | more
        (self.directory / "config.json").write_text(json.dumps(config))
        return [lab.build_directory() / "app/snmpgate", "run", "--config", self.directory / "config.json", "--", *EAL]

    def test_all_state_lies_in_hugepages(self):
        with reserved(300) as pages:
            if pages < 300:
                self.skipTest(f"only {pages} of 300 hugepages could be reserved")
            gate = lab.Process(self.command(), self.directory, "gate", os.environ)
            try:
                gate.wait_output("snmpgate: ready", 30)
                ctl = [lab.build_directory() / "tools/control/snmpgatectl", "--socket", self.directory / "control.sock"]
                lab.run([*ctl, "block", "10.1.10.7"])
                lab.run([*ctl, "reload"])
                pieces = json.loads(lab.run([*ctl, "--json", "status"]).stdout)["memory"]
                ranges = hugepage_ranges(gate.popen.pid)
                self.assertEqual(len(pieces), 4 + 2)  # an arena of each lcore, the policy, the frames
                for piece in pieces:
                    begin = int(piece["address"], 16)
                    last = begin + (piece["bytes"] if piece["what"] not in ("policy", "frames") else 1) - 1
                    inside = [r for r in ranges if begin in r and last in r]
                    self.assertTrue(inside, f"{piece} is not in hugepages")
            finally:
                self.assertEqual(gate.stop(signal.SIGTERM), 0)
            self.assertEqual(json.loads(gate.output())["balance"], 0)

    def test_too_few_are_refused_with_the_number_that_would_do(self):
        with reserved(4):
            done = subprocess.run(self.command(), capture_output=True, text=True, timeout=30, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertRegex(done.stderr, r"sysctl (-w )?vm\.nr_hugepages=\d+")
            wanted = int(re.search(r"vm\.nr_hugepages=(\d+)", done.stderr)[1])
        with reserved(wanted):
            gate = lab.Process(self.command(), self.directory, "gate", os.environ)
            try:
                gate.wait_output("snmpgate: ready", 30)
            finally:
                gate.stop()

"""A disk that is full, or slow, and an end without warning: frames pass all the same, and records tell what is missing."""

import json
import pathlib
import re
import sys
import unittest

import lab
from case import LabTest

sys.path.append(str(lab.ROOT / "tests/golden"))
import records  # noqa: E402

BLOCK = 64 + 255 * 64  # bytes


def read_records(directory):
    """All records of a run by worker, in order of their numbers; Broken if a block is not whole."""
    workers = {}
    for path in sorted(directory.glob("*.rec")):
        for record in records.read_file(path):
            workers.setdefault(record.worker, []).append(record.sequence)
    return {worker: sorted(numbers) for worker, numbers in workers.items()}


def missing_between(numbers):
    """How many are missing in the gaps between them."""
    return sum(after - before - 1 for before, after in zip(numbers, numbers[1:]))


class DiskTest(LabTest):
    config = {"nat": {"headers": True}, "records": {"also": ["icmp"]}}

    @property
    def directory(self):
        return pathlib.Path(self.lab.config["records"]["directory"])

    def size(self):
        return sum(path.stat().st_size for path in self.directory.glob("*.rec"))

    def pings(self, count):
        """Every one is answered. Two records each."""
        done = self.lab.run_in("outside", "ping", "-n", "-q", "-f", "-c", count, lab.AGENT_PUBLIC, seconds=60, check=False)
        transmitted, received = map(int, re.search(r"(\d+) packets transmitted, (\d+) received", done.stdout).groups())
        self.assertEqual((transmitted, received), (count, count), done.stdout)

    def assert_accounted(self, stats, on_disk):
        """Each number was written or is counted as lost."""
        told = stats["records"]
        self.assertEqual(told["wanted"], sum(map(len, on_disk.values())) + told["lost"] + told["lost_writing"])
        for numbers in on_disk.values():
            self.assertEqual(len(set(numbers)), len(numbers))


class SmallDiskLab(lab.Lab):
    """Records go to a disk of 16 blocks. Its mount is private to a process that holds it, and ends with that."""

    SIZE = 16 * 16384

    def start_gate(self):
        inside = self.config["records"]["directory"]
        pathlib.Path(inside).mkdir()
        self.holder = self.start("gate", "disk", "sh", "-c", f"mount -t tmpfs -o size={self.SIZE} none {inside} && "
                                 "echo mounted && exec sleep infinity")
        self.holder.wait_output("mounted")
        self.before_gate = ("nsenter", f"--mount=/proc/{self.holder.popen.pid}/ns/mnt", "--")
        self.disk = pathlib.Path(f"/proc/{self.holder.popen.pid}/root{inside}")  # as seen from here
        super().start_gate()

    def make_room(self):
        lab.run([*self.before_gate, "mount", "-o", "remount,size=16M", self.config["records"]["directory"]])


class Full(DiskTest):
    @classmethod
    def make_lab(cls):
        return SmallDiskLab(cls.config, layout=cls.layout)

    def setUp(self):
        super().setUp()
        if not self.lab.disk.is_dir():
            self.fail("the small disk is gone")

    def test_frames_pass_and_recording_resumes(self):
        self.pings(4000)  # 31 blocks of records
        lab.wait_for(lambda: "records lost in writing" in self.lab.gate.errors(), "the writer's complaint")
        full = read_records(self.lab.disk)
        self.assertLessEqual(sum(path.stat().st_size for path in self.lab.disk.glob("*.rec")), SmallDiskLab.SIZE)
        self.lab.make_room()
        self.pings(1000)
        stats = self.stop_gate()
        self.assertEqual(stats["discarded"], {})
        self.assertGreater(stats["records"]["lost_writing"], 0)
        on_disk = read_records(self.lab.disk)
        self.assert_accounted(stats, on_disk)
        self.assertGreater(sum(map(missing_between, on_disk.values())), 1000)
        self.assertGreater(sum(map(len, on_disk.values())), sum(map(len, full.values())) + 1000)


class Slow(DiskTest):
    """Each write to the disk takes a second: whoever waits for it would answer one ping a second."""

    config = DiskTest.config | {"records": DiskTest.config["records"] | {"blocks": 4}}

    @staticmethod
    def why_not():
        if not lab.shutil.which("strace"):
            return "no strace (tools/setup)"
        tried = lab.run(["strace", "-o", "/dev/null", "true"], check=False)
        return None if tried.returncode == 0 else f"strace is not permitted: {tried.stderr.strip()}"

    def setUp(self):
        if reason := self.why_not():
            self.skipTest(reason)
        super().setUp()

    def slow_down(self):
        """By strace, all threads but the lcores."""
        threads = pathlib.Path(f"/proc/{self.lab.gate.popen.pid}/task").iterdir()
        words = [word for thread in threads if "-worker" not in (thread / "comm").read_text() for word in ("-p", thread.name)]
        strace = self.lab.start("gate", "strace", "strace", *words, "-o", "/dev/null", "-e", "trace=write",
                                "-e", "inject=write:delay_enter=1000000")
        lab.wait_for(lambda: strace.errors().count(" attached") == len(words) // 2, f"strace at all threads: {words}")
        return strace

    def test_frames_do_not_wait(self):
        strace = self.slow_down()
        self.pings(4000)  # 31 blocks of records
        lab.wait_for(lambda: self.size() >= 2 * BLOCK, "blocks that were written and are free again")
        self.pings(300)
        strace.stop(lab.signal.SIGINT)
        self.lab.processes.remove(strace)
        stats = self.stop_gate()
        self.assertEqual(stats["discarded"], {})
        self.assertGreater(stats["records"]["lost"], 0)
        on_disk = read_records(self.directory)
        self.assert_accounted(stats, on_disk)
        self.assertGreater(sum(map(missing_between, on_disk.values())), 0)


class Killed(DiskTest):
    TOOL = lab.build_directory() / "tools/records/snmpgate-records"

    def test_whole_blocks_stay(self):
        if not self.TOOL.exists():
            self.skipTest(f"{self.TOOL} is not built")
        flood = self.lab.start("outside", "flood", "ping", "-n", "-q", "-i", "0.001", "-w", "20", lab.AGENT_PUBLIC)
        lab.wait_for(lambda: self.size() >= 8 * BLOCK, "records on disk", 15)
        before = self.all_records()
        status = self.lab.gate.stop(lab.signal.SIGKILL)
        self.lab.processes.remove(self.lab.gate)
        flood.stop(lab.signal.SIGINT)
        self.lab.processes.remove(flood)
        self.assertEqual(status, -lab.signal.SIGKILL)
        first = self.all_records()
        for path, content in before.items():
            self.assertTrue(first[path][:len(content)] == content, path)
        self.assertGreater(sum(map(len, first.values())), 1000)

        self.lab.start_gate()
        self.lab.connect()
        self.pings(1000)
        stats = self.stop_gate()
        both = self.all_records()
        for path, content in first.items():
            self.assertTrue(both[path] == content, path)
        second = [record for path, content in both.items() if path not in first for record in content]
        self.assertEqual(len(second), stats["records"]["wanted"])
        self.assertGreaterEqual(len(second), 2000)

    def all_records(self):
        """By file. The tool fails at a block that is not whole and not the last of its file."""
        files = {}
        for path in self.directory.glob("*.rec"):
            done = lab.run([self.TOOL, "dump", "--json", path], check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            files[path] = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual([record for record in files[path] if "gap" in record], [])
        return files


class KilledSplit(Killed):
    layout = lab.SPLIT


class FullSplit(Full):
    layout = lab.SPLIT


class SlowSplit(Slow):
    layout = lab.SPLIT


if __name__ == "__main__":
    unittest.main()

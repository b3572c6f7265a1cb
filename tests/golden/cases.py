"""What holds for any folder of captures: refusals, transparency, records, and the independence of runs and workers."""

import concurrent.futures
import functools
import pathlib
import re
import sys
import tempfile

import dissect
import oracle
import pcapfile
from gate import ROOT, Refused, Run, opposite

STEP = 5_000_000  # ns; more than the longest tick of a block, so that a record's time names its frame
START = 1_704_067_200 * 10**9
LINK_TYPES = {0: "NULL", 101: "RAW", 105: "802_11", 113: "LINUX_SLL", 127: "802_11_RADIO", 129: "ARCNET_LINUX",
              228: "IPV4", 229: "IPV6"}


def side_of(path):
    return "external" if ".external." in path.name else "internal"


def reason_names():
    text = (ROOT / "pipeline/reason.hpp").read_text()
    return {int(n): name for name, n in re.findall(r"X\((\w+), (\d+)\)", text)}


class Merged:
    """All Ethernet captures of a folder as one per side. Frames come in groups of `group` at one moment, `STEP` apart."""

    def __init__(self, directory, captures, group):
        frames = []
        for order, (path, capture) in enumerate(captures):
            # Two sides of one capture stay interleaved by their times.
            key = path.name.replace(".external", "").replace(".internal", "")
            for i, frame in enumerate(capture.frames):
                frames.append((key, frame.time if key != path.name else i, side_of(path) == "internal", order, i, frame))
        frames.sort(key=lambda f: f[:5])
        self.origin = [(key, i + 1) for key, _, _, _, i, _ in frames]
        self.sides = {"external": [], "internal": []}
        self.at = []  # (side, frame) in order of time
        for k, (_, _, internal, _, _, frame) in enumerate(frames):
            side = "internal" if internal else "external"
            frame = frame._replace(time=START + k // group * STEP)
            self.sides[side].append(frame)
            self.at.append((side, frame))
        self.paths = {}
        for side, own in self.sides.items():
            if own:
                self.paths[side] = pathlib.Path(directory) / f"{side}-{group}.pcap"
                pcapfile.write(self.paths[side], own, unit=1, snaplen=262144)


class Captures:
    """The cases that hold for any folder of captures."""

    directory = None

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="golden-")
        cls.paths = sorted(p for p in cls.directory.iterdir() if p.suffix in (".pcap", ".pcapng", ".cap"))
        cls.others, cls.captures = [], []
        for path in cls.paths:
            try:
                capture = pcapfile.read(path)
            except ValueError:
                capture = None
            if capture is None or capture.link_types - {pcapfile.ETHERNET}:
                cls.others.append((path, capture))
            else:
                cls.captures.append((path, capture))

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    @functools.cache
    def merged(cls, group):
        return Merged(cls.temporary.name, cls.captures, group)

    def test_other_link_types_are_refused_by_name(self):
        self.assertTrue(self.others)
        for path, capture in self.others:
            with self.subTest(path.name), self.assertRaises(Refused) as refused:
                Run({"internal": path})
            code, message = refused.exception.args
            with self.subTest(path.name):
                self.assertGreater(code, 0)
                self.assertIn(LINK_TYPES[min(capture.link_types)] if capture else path.name, message)

    def test_transparent_and_every_record_as_tshark_says(self):
        unparsed = {}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            shown = {path: pool.submit(dissect.dissect, path) for path, _ in self.captures}
            runs = {path: pool.submit(Run, {side_of(path): path}) for path, _ in self.captures}
            compared = 0
            for path, capture in self.captures:
                with self.subTest(path.name):
                    run = runs.pop(path).result()
                    side = side_of(path)
                    self.assertEqual(run.frames(opposite(side)), capture.frames)
                    self.assertEqual(run.frames(side), [])
                    stats = run.stats
                    count = len(capture.frames)
                    self.assertEqual((stats["balance"], stats["received"], stats["sent"]), (0, count, count))
                    dissected = shown.pop(path).result()
                    self.assertEqual(len(dissected), count, "tshark read other frames")
                    found = run.records()
                    self.assertLessEqual(set(found), {0})
                    problems, refused = oracle.compare(found.get(0, []), capture.frames, dissected, side)
                    for key, numbers in refused.items():
                        unparsed.setdefault(key, []).append((path.name, numbers))
                    compared += len(found.get(0, []))
                    self.assertEqual(stats["records"]["wanted"], len(found.get(0, [])))
                    self.assertEqual(problems[:10], [], f"{len(problems)} fields differ")
        self.report(compared, unparsed)

    def report(self, compared, unparsed):
        names = reason_names()
        print(f"\n{compared} records compared; SNMP that does not parse, and whether tshark finds fault too:", file=sys.stderr)
        for (reason, too), places in sorted(unparsed.items()):
            count = sum(len(numbers) for _, numbers in places)
            tshark, (file, numbers) = "too" if too else "not", places[0]
            print(f"  {names.get(reason, reason):22} tshark {tshark} {count:5}   e.g. {file} {numbers[:3]}", file=sys.stderr)

    def test_two_runs_are_bit_equal(self):
        paths = self.merged(16).paths
        first, second = (Run(paths, workers=2).files() for _ in range(2))
        self.assertIn("stats.json", first)
        self.assertEqual(first.keys(), second.keys())
        self.assertEqual([name for name in first if first[name] != second[name]], [])

    def test_frames_are_the_same_for_any_number_of_workers(self):
        merged = self.merged(16)
        for workers in (1, 2, 4):
            with self.subTest(workers=workers):
                run = Run(merged.paths, workers=workers)
                for side, frames in merged.sides.items():
                    self.assertTrue(run.frames(opposite(side)) == frames)
                self.assertEqual(run.stats["balance"], 0)
                self.assertEqual(len(run.stats["workers"]), workers)
                run.records()  # whole, no gap

    def only_worker(self, run):
        found = run.records()
        self.assertEqual(set(found), {0})
        return found[0]

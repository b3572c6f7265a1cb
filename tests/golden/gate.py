"""Runs `snmpgate replay` and reads what it wrote."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import weakref

import pcapfile
import records

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("SNMPGATE_BINARY", str(ROOT / "build/app/snmpgate"))
SIDES = ("external", "internal")


def opposite(side):
    return SIDES[1 - SIDES.index(side)]


class Refused(Exception):
    """replay ended with another code than 0; its message is the argument."""


class Run:
    """One replay. `inputs` maps a side to a capture; the output directory lives as long as this."""

    def __init__(self, inputs, config=None, workers=1):
        self.out = pathlib.Path(tempfile.mkdtemp(prefix="golden-"))
        weakref.finalize(self, shutil.rmtree, self.out, True)
        config_file = self.out / "config.json"
        config_file.write_text(json.dumps(config or {}))
        command = [str(BINARY), "replay", "--config", str(config_file), "--out", str(self.out / "out")]
        for side, path in inputs.items():
            command += [f"--{side}", str(path)]
        if workers != 1:
            command += ["--workers", str(workers)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        self.messages = done.stderr
        if done.returncode != 0:
            raise Refused(done.returncode, done.stderr)

    @property
    def stats(self):
        return json.loads((self.out / "out" / "stats.json").read_text())

    def frames(self, side):
        """Frames that left by that port."""
        return pcapfile.read(self.path(side)).frames

    def path(self, side):
        return self.out / "out" / f"{side}.pcap"

    def records(self):
        return records.read_directory(self.out / "out" / "records")

    def files(self):
        """Every file that was written, by name: for the comparison of two runs."""
        root = self.out / "out"
        return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}

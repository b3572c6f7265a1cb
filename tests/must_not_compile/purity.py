#!/usr/bin/python3
"""wire/ and record/ are pure: every file compiles alone, without DPDK on its include path or in what it includes.

usage: purity.py COMPILER PIPELINE_DIRECTORY
"""
import subprocess
import sys
from pathlib import Path


def fault(compiler, pipeline, source):
    command = [*compiler.split(), "-std=c++20", "-x", "c++", f"-I{pipeline}", source]
    compiled = subprocess.run([*command, "-fsyntax-only"], capture_output=True, text=True)
    if compiled.returncode != 0:
        return f"does not compile alone:\n{compiled.stderr}"
    # Every line marker of the preprocessor's output names a file that was included.
    text = subprocess.run([*command, "-E"], capture_output=True, text=True, check=True).stdout
    files = {line.split('"')[1] for line in text.splitlines() if line.startswith("# ") and '"' in line}
    impure = sorted(file for file in files if "/dpdk/" in file or Path(file).name.startswith("rte_"))
    return f"includes {', '.join(impure)}" if impure else None


def main():
    compiler, pipeline = sys.argv[1], Path(sys.argv[2])
    sources = sorted(file for room in ("wire", "record") for file in (pipeline / room).rglob("*.[ch]pp"))
    faults = {source.relative_to(pipeline): fault(compiler, pipeline, source) for source in sources}
    for name, what in faults.items():
        print(f"{name}: {what or 'pure'}")
    return 0 if sources and not any(faults.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Wrong calls fail to compile, and for the right reason.

usage: must_not_compile.py COMPILER PIPELINE_DIRECTORY

Every .cpp file here holds a wrong way and, beside it, the right one. The right one must compile; with -DWRONG the
compiler must refuse, with a message that the file's first line (// expect: a regular expression) matches.
"""
import re
import subprocess
import sys
from pathlib import Path


def compile(compiler, pipeline, source, *flags):
    return subprocess.run([*compiler.split(), "-std=c++20", "-fsyntax-only", "-Werror=unused-result", f"-I{pipeline}",
                           *flags, source], capture_output=True, text=True)


def fault(compiler, pipeline, source):
    """What is wrong with one file's outcome; None if nothing is."""
    first = source.read_text().splitlines()[0]
    if not first.startswith("// expect: "):
        return "does not begin with // expect:"
    right = compile(compiler, pipeline, source)
    if right.returncode != 0:
        return f"the right way does not compile:\n{right.stderr}"
    wrong = compile(compiler, pipeline, source, "-DWRONG")
    if wrong.returncode == 0:
        return "the wrong way compiles"
    if not re.search(first.removeprefix("// expect: "), wrong.stderr):
        return f"the wrong way is refused for another reason:\n{wrong.stderr}"
    return None


def main():
    compiler, pipeline = sys.argv[1:]
    sources = sorted(Path(__file__).resolve().parent.glob("*.cpp"))
    faults = {source.name: fault(compiler, pipeline, source) for source in sources}
    for name, what in faults.items():
        print(f"{name}: {what or 'refused, as it should be'}")
    return 0 if sources and not any(faults.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

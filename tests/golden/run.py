#!/usr/bin/python3
"""Golden captures through `snmpgate replay`, judged by tshark and by models that know nothing of its code.

    run.py [BINARY] [-v] [TEST...]                 the project's own captures (tests/golden/captures): half a minute
    run.py --shared [BINARY] [-v] [TEST...]        captures of real networks: some minutes; exit 77 where there are none

BINARY, or the variable SNMPGATE_BINARY, is the program under test; SNMPGATE_SHARED is the folder whose `pcaps` are the
shared captures (else `shared` beside the checkout)."""

import os
import pathlib
import shutil
import sys
import unittest

sys.dont_write_bytecode = True  # the source folder stays as it is

import gate
from cases import Captures
from own import Own
from translation import Translation

SHARED = pathlib.Path(os.environ.get("SNMPGATE_SHARED", gate.ROOT.parent / "shared")) / "pcaps"


class Shared(Captures, Translation, unittest.TestCase):
    directory = SHARED


def main():
    arguments = sys.argv[1:]
    shared = "--shared" in arguments
    arguments = [a for a in arguments if a != "--shared"]
    if arguments and pathlib.Path(arguments[0]).is_file():
        gate.BINARY = arguments.pop(0)
    if not pathlib.Path(gate.BINARY).is_file():
        sys.exit(f"{gate.BINARY}: no such program; give its path as the first argument or in SNMPGATE_BINARY")
    if shutil.which("tshark") is None:
        sys.exit("tshark is not installed: apt-get install tshark")
    if shared and not SHARED.is_dir():
        print(f"shared captures: there is no folder {SHARED} (SNMPGATE_SHARED names another)")
        sys.exit(77)
    case = Shared if shared else Own
    names = [a for a in arguments if not a.startswith("-")] or unittest.defaultTestLoader.getTestCaseNames(case)
    runner = unittest.TextTestRunner(verbosity=2 if "-v" in arguments else 1)
    sys.exit(not runner.run(unittest.TestSuite(map(case, names))).wasSuccessful())


if __name__ == "__main__":
    main()

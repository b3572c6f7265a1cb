"""Totals of meson's test logs (testlog.json), case by case where a program says so itself: GoogleTest, unittest, or a
last line of totals. Names what was skipped and why; ends with the totals on one line."""

import json
import re
import sys


GOOD = ("OK", "EXPECTEDFAIL")


def count(result, output):
    """(passed, failed, [(skipped, why), ...]) of one program."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    if totals := re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped", last):
        skips = [line.removeprefix("skipped: ").partition(": ")[::2] for line in lines if line.startswith("skipped: ")]
        return int(totals[1]), int(totals[2]), skips
    if re.search(r"^\[==========\] Running ", output, re.MULTILINE):
        skips = [(name, " ".join(why.split())) for why, name in
                 re.findall(r": Skipped\n((?:(?!\[).*\n)*)\[  SKIPPED \] (\S+) \(", output)]
        return (len(re.findall(r"^\[       OK \]", output, re.MULTILINE)),
                len(re.findall(r"^\[  FAILED  \] \S+ \(", output, re.MULTILINE)), skips)
    if ran := re.search(r"^Ran (\d+) tests? in ", output, re.MULTILINE):
        of = {word: int(number) for word, number in re.findall(r"(failures|errors|skipped)=(\d+)", last)}
        failed, skipped = of.get("failures", 0) + of.get("errors", 0), of.get("skipped", 0)
        skips = re.findall(r"^(\S+) .*\.\.\. skipped '(.*)'$", output, re.MULTILINE)
        skips += [("a test", "says why when it is run by itself")] * (skipped - len(skips))
        return int(ran[1]) - failed - skipped, failed, skips
    if result == "SKIP":
        return 0, 0, [("", last or "no reason given")]
    good = result in GOOD
    return int(good), int(not good), []


def main():
    passed, failed, skipped = 0, 0, 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as log:
            for test in map(json.loads, log):
                output = (test.get("stdout") or "") + "\n" + (test.get("stderr") or "")
                ok, bad, skips = count(test["result"], output)
                if test["result"] not in (*GOOD, "SKIP") and bad == 0:
                    bad = 1  # it ended before it could say what failed
                for name, why in skips:
                    print(f"skipped: {test['name']}{' ' + name if name else ''}: {why}")
                passed, failed, skipped = passed + ok, failed + bad, skipped + len(skips)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")


if __name__ == "__main__":
    main()

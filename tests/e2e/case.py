"""What the test classes share: one lab per class, and the books closed at its end."""

import sys
import unittest

import lab


def check_books(status, stats):
    """Exit 0, and every frame accounted for: in total, by port, by worker."""
    books = {"total": stats} | stats["ports"] | {f"worker {i}": worker for i, worker in enumerate(stats["workers"])}
    unbalanced = {name: book for name, book in books.items() if book["balance"] != 0}
    if status != 0 or unbalanced:
        raise AssertionError(f"snmpgate ended with {status}, unbalanced: {unbalanced}, statistics {stats}")


class LabTest(unittest.TestCase):
    """A class of tests in one lab with `config` and `layout`. Every lab ends with SIGTERM, exit 0 and balanced books."""

    config = {}
    layout = lab.FUSED
    lab = None

    @classmethod
    def make_lab(cls):
        return lab.Lab(cls.config, layout=cls.layout)

    @classmethod
    def setUpClass(cls):
        if lab.why_not() is None:
            cls.lab = cls.make_lab()
            cls.lab.__enter__()

    @classmethod
    def tearDownClass(cls):
        if cls.lab is None:
            return
        try:
            if cls.lab.gate in cls.lab.processes:
                stats = cls.stop_gate()
                if stats["received"] == 0:
                    raise AssertionError(f"nothing was received: {stats}\n{cls.lab.gate.errors()}")
        finally:
            cls.lab.close()
            cls.lab = None

    @classmethod
    def stop_gate(cls):
        """The statistics printed at the end, whose books are balanced."""
        status, stats = cls.lab.stop_gate()
        check_books(status, stats)
        return stats

    def assert_every_lcore_worked(self, stats):
        """Where the layout is split. A fused gate has one lcore for everything."""
        if self.layout["layout"] == "split":
            wanted = {role: len(self.layout[key]) for role, key in (("rx", "rx"), ("worker", "workers"), ("tx", "tx"))}
            found = {role: sum(lcore["role"] == role for lcore in stats["lcores"]) for role in wanted}
            self.assertEqual(found, wanted)
            for lcore in stats["lcores"]:
                for key in ("rounds", "busy_rounds", "received", "sent"):
                    self.assertGreater(lcore[key], 0, lcore)
            for worker in stats["workers"]:
                self.assertGreater(worker["received"], 0, stats["workers"])

    def setUp(self):
        reason = lab.why_not()
        if reason:
            self.skipTest(reason)
        if self.lab.gate.popen.poll() is not None and self.lab.gate in self.lab.processes:
            self.fail(f"snmpgate has ended with {self.lab.gate.popen.returncode}:\n{self.lab.gate.errors()[-4000:]}")

    def assert_same_but_translated(self, direct, through):
        """Every IpAddress value translated, and nothing else, instance identifiers included."""
        self.assertGreater(len(direct), 0)
        self.assertEqual([lab.translated_line(line) for line in direct], through)


def main():
    """Runs the tests of this folder (or those named); the last line is the totals."""
    directory = str(lab.ROOT / "tests/e2e")
    loader = unittest.TestLoader()
    names = sys.argv[1:]
    suite = loader.loadTestsFromNames(names) if names else loader.discover(directory, "test_*.py", directory)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    for test, reason in result.skipped:
        print(f"skipped: {test.id()}: {reason}")
    troubles = [test for test, _ in result.failures + result.errors]
    # One may fail, and its tearDown too, or several of its subtests.
    failed_tests = {getattr(test, "test_case", test).id() for test in troubles if isinstance(test, unittest.TestCase)}
    failed = len(failed_tests) + sum(not isinstance(test, unittest.TestCase) for test in troubles)  # a class's own step
    print(f"{result.testsRun - len(failed_tests) - len(result.skipped)} passed, {failed} failed, {len(result.skipped)} skipped")
    return 1 if failed or loader.errors else 0

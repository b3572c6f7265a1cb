"""What the test classes share: one lab per class, and the books closed at its end."""

import sys
import unittest

import lab


class LabTest(unittest.TestCase):
    """A class of tests in one lab with `config`. Every lab ends with SIGTERM, exit 0 and balanced books."""

    config = {}
    lab = None

    @classmethod
    def setUpClass(cls):
        if lab.why_not() is None:
            cls.lab = lab.Lab(cls.config)
            cls.lab.__enter__()

    @classmethod
    def tearDownClass(cls):
        if cls.lab is None:
            return
        try:
            if cls.lab.gate in cls.lab.processes:
                status, stats = cls.lab.stop_gate()
                if status != 0 or stats["balance"] != 0 or stats["received"] == 0:
                    raise AssertionError(f"snmpgate ended with {status}, statistics {stats}\n{cls.lab.gate.errors()}")
        finally:
            cls.lab.close()
            cls.lab = None

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
    failed_tests = {test.id() for test in troubles if isinstance(test, unittest.TestCase)}  # one may fail, and its tearDown too
    failed = len(failed_tests) + sum(not isinstance(test, unittest.TestCase) for test in troubles)  # a class's own step
    print(f"{result.testsRun - len(failed_tests) - len(result.skipped)} passed, {failed} failed, {len(result.skipped)} skipped")
    return 1 if failed or loader.errors else 0

"""tools/doctor: names what would stop a start, with a cure, and only that."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import lab

TAP = {"ports": {"external": {"device": "net_tap0,iface=doctor0"}, "internal": {"device": "net_tap1,iface=doctor1"}},
       "cores": {"workers": [0]}, "eal": ["--no-huge", "--no-shconf", "--no-pci", "-m", "64"]}


class Doctor(unittest.TestCase):
    def setUp(self):
        if not (lab.build_directory() / "app/snmpgate").exists():
            self.skipTest(f"{lab.build_directory() / 'app/snmpgate'} is not built")
        if lab.build_directory() != lab.ROOT / "build":
            self.skipTest("doctor looks at build/ only")
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.directory.chmod(0o755)
        self.paths = {"records": {"directory": str(self.directory)}, "alerts": {"eve": {"file": str(self.directory / "eve.json")}}}

    def doctor(self, driver=None, config=None, prefix=(), **keywords):
        """(exit status, {what: line} of the lines that are not ok)."""
        for name, content in (("driver", TAP | (driver or {})), ("config", self.paths | (config or {}))):
            (self.directory / name).write_text("// a comment\n" + json.dumps(content))
        done = subprocess.run([*prefix, lab.ROOT / "tools/doctor", "--config", self.directory / "config", "--driver",
                               self.directory / "driver"], capture_output=True, text=True, check=False, **keywords)
        self.assertEqual(done.stderr, "")
        for line in done.stdout.splitlines():
            self.assertRegex(line, r"^(ok|warn|missing) +\S+ +\S.*")
            self.assertTrue(line.startswith("ok") or "cure: " in line, line)
        return done.returncode, {line.split()[1]: line for line in done.stdout.splitlines() if line.startswith("missing")}

    def need_root(self):
        reason = lab.why_not()
        if reason:
            self.skipTest(reason)

    def test_nothing_stops_a_start_on_tap(self):
        self.need_root()
        self.assertEqual(self.doctor(), (0, {}))

    def test_cpu_that_is_not_there(self):
        status, missing = self.doctor({"cores": {"workers": [1023]}})
        self.assertEqual(status, 1)
        self.assertIn("CPU 1023", missing["cores"])

    def test_no_hugepages(self):
        if "HugePages_Free:        0\n" not in pathlib.Path("/proc/meminfo").read_text():
            self.skipTest("this machine has free hugepages")
        status, missing = self.doctor({"eal": ["--in-memory", "--no-pci"]})
        self.assertEqual(status, 1)
        self.assertIn("vm.nr_hugepages", missing["hugepages"])
        self.assertIn("--no-huge", missing["hugepages"])

    def test_memory_that_is_not_there(self):
        self.assertIn("memory", self.doctor({"eal": ["--no-huge", "-m", "99999999"]})[1])

    def test_nic_that_is_not_there(self):
        status, missing = self.doctor({"ports": TAP["ports"] | {"internal": {"device": "ffff:1f:1f.7"}}})
        self.assertEqual(status, 1)
        self.assertIn("ffff:1f:1f.7", missing["NIC"])

    def test_driver_that_dpdk_has_not(self):
        _, missing = self.doctor({"ports": TAP["ports"] | {"internal": {"device": "net_nonsense0"}}})
        self.assertIn("librte_net_nonsense.so", missing["driver"])

    def test_config_that_is_refused(self):
        status, missing = self.doctor(config={"mode": "prevnt"})
        self.assertEqual(status, 1)
        self.assertIn('mode = "prevnt"', missing["config"])

    def test_values_of_other_types_do_not_confuse_it(self):
        status, missing = self.doctor(config={"ports": [1], "eal": 3, "cores": {"workers": ["a"]}, "records": 7})
        self.assertEqual(status, 1)
        self.assertIn("config", missing)

    def test_interface_that_is_there_already(self):
        self.need_root()
        # In a network namespace of its own, which goes with it.
        status, missing = self.doctor(prefix=("unshare", "--net", "sh", "-c", 'ip link add doctor1 type bridge && "$@"', "sh"))
        self.assertEqual(status, 1)
        self.assertIn("doctor1 is there already", missing["interface"])

    def test_no_tun(self):
        self.need_root()
        status, missing = self.doctor(prefix=("unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /dev/net && "$@"', "sh"))
        self.assertEqual(status, 1)
        self.assertIn("modprobe tun", missing["tun"])

    def test_not_root(self):
        keywords = {}
        if os.geteuid() == 0:
            if subprocess.run(["test", "-x", lab.ROOT / "tools/doctor"], user=65534, check=False).returncode:
                self.skipTest("the checkout is not readable by others")
            keywords = {"user": 65534, "group": 65534, "extra_groups": []}
            self.directory.chmod(0o777)
        status, missing = self.doctor(**keywords)
        self.assertEqual(status, 1)
        self.assertIn("sudo", missing["root"])


if __name__ == "__main__":
    unittest.main()

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

    def on(self, external, internal="net_null1", eal=None, **keywords):
        """What stops a start on these devices."""
        ports = {"external": {"device": external}, "internal": {"device": internal}}
        return self.doctor({"ports": ports} | ({} if eal is None else {"eal": eal}), **keywords)

    def test_nothing_stops_a_start_without_a_wire(self):
        (self.directory / "in.pcap").touch()
        for device in ("net_null0,size=64", f"net_pcap0,rx_pcap={self.directory}/in.pcap,tx_pcap={self.directory}/out.pcap",
                       "net_memif0,role=server,id=0,socket=/run/snmpgate-memif.sock"):
            self.assertEqual(self.on(device), (0, {}), device)

    def test_every_driver_file_is_understood(self):
        # Whatever the machine lacks for them, each device is looked at and nothing confuses it.
        paths = sorted((lab.ROOT / "drivers-config").glob("*.json"))
        self.assertGreaterEqual(len(paths), 9)
        for path in paths:
            done = subprocess.run([lab.ROOT / "tools/doctor", "--driver", path], capture_output=True, text=True, check=False)
            self.assertEqual(done.stderr, "", path)
            self.assertNotIn("ports.", done.stdout, path)
            for line in done.stdout.splitlines():
                self.assertTrue(line.startswith("ok") or "cure: " in line, line)

    def test_interface_that_is_not_there(self):
        for device in ("net_af_packet0,iface=nowhere0", "net_af_xdp0,iface=nowhere0", "net_pcap0,rx_iface=nowhere0"):
            status, missing = self.on(device)
            self.assertEqual(status, 1)
            self.assertIn("nowhere0", missing["interface"])

    def test_queues_that_af_xdp_would_not_serve(self):
        self.need_root()
        _, missing = self.on("net_af_xdp0,iface=sgt0", prefix=self.namespace(
            "mount -t sysfs none /sys; ip link add sgt0 numrxqueues 2 type veth peer name sgt1"))
        self.assertIn("ethtool -L sgt0 combined 1", missing["AF_XDP"])

    def test_capture_that_is_not_there(self):
        self.assertIn("/nowhere/in.pcap", self.on("net_pcap0,rx_pcap=/nowhere/in.pcap")[1]["capture"])
        self.assertIn("mkdir -p /nowhere", self.on("net_pcap0,tx_pcap=/nowhere/out.pcap")[1]["capture"])

    def test_nic_and_what_it_is_bound_to(self):
        self.need_root()
        eal = ["--no-huge", "--no-shconf", "-m", "64"]
        for vendor, driver, words in (("0x8086", "ixgbe", "dpdk-devbind.py --bind=vfio-pci 0000:65:00.0"),
                                      ("0x8086", "vfio-pci", None), ("0x15b3", "mlx5_core", None)):
            path = "/sys/bus/pci/devices/0000:65:00.0"
            _, missing = self.on("0000:65:00.0", eal=eal, prefix=self.namespace(
                f"mount -t tmpfs none /sys/bus; mkdir -p {path} /sys/bus/pci/drivers/{driver}; echo {vendor} > {path}/vendor;"
                f"ln -s ../../drivers/{driver} {path}/driver"))
            if words:
                self.assertIn(words, missing["NIC"])
            else:
                self.assertNotIn("NIC", missing)

    def namespace(self, prepare):
        """Networks and mounts of its own, which go with it."""
        return ("unshare", "--net", "--mount", "sh", "-ec", f'{prepare}; exec "$@"', "sh")

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

    def as_nobody(self):
        """How to run it without root."""
        if os.geteuid() != 0:
            return {}
        if subprocess.run(["test", "-x", lab.ROOT / "tools/doctor"], user=65534, check=False).returncode:
            self.skipTest("the checkout is not readable by others")
        self.directory.chmod(0o777)
        return {"user": 65534, "group": 65534, "extra_groups": []}

    def test_not_root(self):
        status, missing = self.doctor(**self.as_nobody())
        self.assertEqual(status, 1)
        self.assertIn("sudo", missing["root"])

    def test_root_is_not_asked_for_without_need(self):
        self.assertNotIn("root", self.on("net_null0", **self.as_nobody())[1])


if __name__ == "__main__":
    unittest.main()

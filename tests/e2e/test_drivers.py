"""Every driver file of drivers-config/: real frames through, unchanged, links that follow, books that balance."""

import json
import os
import sys
import time
import unittest

import frames
import lab
from case import LabTest
from drivers import INTERFACES, Alone, BareLab, DriverLab, MemifLab, as_sent, driver_file, read_pcap, why_no_af_xdp, write_pcap

SYSNAME = ".1.3.6.1.2.1.1.5.0"


class OnInterfaces:
    """Between two namespaces with real peers; each class below names a driver file."""

    kind = DriverLab
    config = {"realms": []}
    file = None
    loses = False  # a test takes links down
    changed_by_driver = {}  # a frame's name: what comes out, where README.md says that the driver changes it

    @classmethod
    def why_not(cls):
        return lab.why_not()

    @classmethod
    def setUpClass(cls):
        if cls.why_not() is None:
            cls.lab = cls.kind(cls.config, driver_file(cls.file))
            cls.lab.__enter__()

    def setUp(self):
        if reason := self.why_not():
            self.skipTest(reason)
        super().setUp()

    def test_ping_and_snmp(self):
        self.assertEqual(self.lab.ping(lab.AGENT_PRIVATE, count=3), 3)
        self.assertEqual(self.lab.ping(lab.AGENT_PRIVATE, size=1472), 1)  # an Ethernet frame of full size
        self.assertEqual(self.lab.ping(lab.MANAGER, role="inside", count=3), 3)
        self.assertEqual(self.lab.snmp("snmpget", "AGENT", SYSNAME), [f'{SYSNAME} = STRING: "agent"'])

    def test_other_frames_pass_unchanged(self):
        expected = frames.FRAMES | self.changed_by_driver
        names = {content: name for name, content in expected.items()}
        for outset, goal in (("outside", "inside"), ("inside", "outside")):
            catcher = self.lab.start(goal, f"catch-{goal}", sys.executable, "-B", frames.__file__, "catch", INTERFACES[goal])
            catcher.wait_output("listening")
            self.lab.run_in(outset, sys.executable, "-B", frames.__file__, "send", INTERFACES[outset])
            try:
                lab.wait_for(lambda c=catcher: c.output().count("\n") > len(expected), "all frames", 5)
            except lab.LabError:
                pass  # which are missing is told below
            catcher.stop()
            self.lab.processes.remove(catcher)
            caught = [bytes.fromhex(line) for line in catcher.output().split()[1:]]
            told = [names.get(content, content.hex()) for content in caught]
            self.assertEqual(as_sent(told, self.lab.driver), as_sent(list(expected), self.lab.driver), f"from {outset}")

    @classmethod
    def tearDownClass(cls):
        """Of every gate there was: the books, and that all it took it gave."""
        try:
            for gate in cls.lab.gates if cls.lab else []:
                cls.lab.processes.remove(gate)
                status, stats = gate.stop(), json.loads(gate.output())
                balanced = status == 0 and stats["balance"] == 0
                passed = all(0 < side["received"] == side["sent"] for side in stats["ports"].values())
                if not balanced or not (passed or cls.loses):
                    raise AssertionError(f"{gate.name} ended with {status}, statistics {stats}\n{gate.errors()}")
        finally:
            super().tearDownClass()


class Tap(OnInterfaces, LabTest):
    file = "tap"

    def test_link_of_an_interface_that_left_is_nobodys_business(self):
        self.lab.ip("outside", "link", "set", "asa0", "down")
        time.sleep(0.5)
        self.assertIn("UP", self.lab.flags("inside", "core0"))
        self.assertNotIn("lowered", self.lab.gate.errors())
        self.lab.ip("outside", "link", "set", "asa0", "up")
        self.lab.ip("outside", "route", "add", "10.1.10.0/24", "dev", "asa0")
        lab.wait_for(lambda: self.lab.ping(lab.AGENT_PRIVATE), "a reply after the link was down")


class TapSplit(OnInterfaces, LabTest):
    file = "tap-split"

    @classmethod
    def why_not(cls):
        return lab.why_not() or (None if {0, 1} <= os.sched_getaffinity(0) else "CPUs 0 and 1 are not both there")


class OnVeth(OnInterfaces):
    loses = True

    def test_link_down_is_passed_on_and_up_again(self):
        routes = {"outside": "10.1.10.0/24", "inside": "172.30.0.0/24"}
        for cause, other in (("outside", "inside"), ("inside", "outside")):
            self.lab.ip(cause, "link", "set", INTERFACES[cause], "down")
            lab.wait_for(lambda o=other: "NO-CARRIER" in self.lab.flags(o, INTERFACES[o]), f"no carrier {other}")
            self.lab.ip(cause, "link", "set", INTERFACES[cause], "up")
            lab.wait_for(self.all_run, "all four interfaces")
            self.lab.ip(cause, "route", "add", routes[cause], "dev", INTERFACES[cause])
            lab.wait_for(lambda: self.lab.ping(lab.AGENT_PRIVATE), f"a reply after the link {cause} was down")

    def all_run(self):
        """The kernel takes up to a second from carrier to sending."""
        ends = [(role, name) for far, name in INTERFACES.items() for role in (far, "gate")]
        flags = [self.lab.flags(*end) for end in ends]
        return all("UP" in one and "NO-CARRIER" not in one for one in flags)


class AfPacket(OnVeth, LabTest):
    file = "af_packet"
    # The kernel tells the outer tag aside, and the driver puts it back as 802.1Q whatever it was.
    changed_by_driver = {"QinQ": frames.FRAMES["QinQ"].replace(b"\x88\xa8", b"\x81\x00", 1)}


class AfXdp(OnVeth, LabTest):
    file = "af_xdp"

    @classmethod
    def why_not(cls):
        return why_no_af_xdp()

    def test_the_largest_mtu(self):
        largest = DriverLab({"ports": {"mtu": 1774}}, driver_file("af_xdp"), f"sgtest{os.getpid()}-mtu-")
        largest.__enter__()
        self.addCleanup(largest.close)
        for role, interface in INTERFACES.items():
            largest.ip(role, "link", "set", interface, "mtu", "1774")
        self.assertEqual(largest.ping(lab.AGENT_PRIVATE, size=1774 - 28), 1)


class Memif(OnInterfaces, LabTest):
    kind = MemifLab
    file = "memif"


class Bare(unittest.TestCase):
    def setUp(self):
        if reason := lab.why_not():
            self.skipTest(reason)

    def start(self, **more):
        driver = driver_file("tap")
        bare = BareLab({"ports": more}, driver)
        bare.__enter__()
        self.addCleanup(bare.close)
        return bare

    def test_link_down_is_passed_on_and_up_again(self):
        bare = self.start()
        for cause, other in (("asa0", "core0"), ("core0", "asa0")):
            for _ in range(2):
                bare.ip("gate", "link", "set", cause, "down")
                lab.wait_for(lambda o=other: "UP" not in bare.flags("gate", o), f"{other} down")
                bare.ip("gate", "link", "set", cause, "up")
                lab.wait_for(lambda o=other: "UP" in bare.flags("gate", o), f"{other} up")
        self.assertEqual(bare.stop_gate()[0], 0)

    def test_link_down_is_not_passed_on_if_not_wanted(self):
        bare = self.start(propagate_link=False)
        bare.ip("gate", "link", "set", "asa0", "down")
        time.sleep(0.5)
        self.assertIn("UP", bare.flags("gate", "core0"))

    def test_mtu_is_set(self):
        bare = self.start(mtu=1504)
        for interface in INTERFACES.values():
            self.assertEqual(bare.run_in("gate", "cat", f"/sys/class/net/{interface}/mtu").stdout, "1504\n")


class WithoutInterfaces(Alone):
    def test_pcap(self):
        os.chdir(self.directory)  # the file names captures in the folder it is started in
        self.addCleanup(os.chdir, lab.ROOT)
        jumbo = frames.frame(frames.UNICAST, frames.ethertype(0x9999), size=9014)
        external, internal = [*frames.FRAMES.values(), jumbo], [jumbo, *reversed(frames.FRAMES.values())]
        write_pcap("external.pcap", external)
        write_pcap("internal.pcap", internal)
        driver = driver_file("pcap")
        stats = self.run_until_ready(driver)
        self.assertEqual(as_sent(read_pcap("internal-out.pcap"), driver), as_sent(external, driver))
        self.assertEqual(as_sent(read_pcap("external-out.pcap"), driver), as_sent(internal, driver))
        self.assertEqual((stats["received"], stats["sent"]), (2 * len(external), 2 * len(external)))

    def test_null(self):
        stats = self.run_until_ready(driver_file("null"))
        for port in stats["ports"].values():
            self.assertGreater(port["sent"], 0)
            # More comes in than can be taken, and rings may fill.
            self.assertEqual(port["received"], port["sent"] + sum(port["discarded"].values()))


if __name__ == "__main__":
    unittest.main()

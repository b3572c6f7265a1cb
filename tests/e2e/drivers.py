"""Labs on any driver file, and what the tests of drivers share.

SNMPGATE_CORES, a "cores" section as JSON, takes the place of the driver files' own: the same tests in another layout.
"""

import json
import os
import pathlib
import re
import socket
import struct
import sys
import tempfile
import unittest

import lab

sys.path.insert(0, str(lab.ROOT / "tools"))
import commented_json  # noqa: E402

INTERFACES = {"outside": "asa0", "inside": "core0"}


def driver_file(name):
    content = commented_json.load(lab.ROOT / f"drivers-config/{name}.json")
    if cores := os.environ.get("SNMPGATE_CORES"):
        content["cores"] = json.loads(cores)
    return content


def as_sent(contents, driver):
    """In the order they left in. Several workers keep the order of each flow, and not that between flows."""
    return contents if len(driver["cores"]["workers"]) == 1 else sorted(contents)


def ports(external, internal, **more):
    return {"external": {"device": external}, "internal": {"device": internal}, **more}


class DriverLab(lab.Lab):
    """A lab on any driver file. Interfaces it stands on are made: a pair of veth towards each side."""

    ROLES = ("gate", "outside", "inside")

    def __init__(self, config, driver, prefix=None):
        self.driver = driver
        self.stands_on_interfaces = "net_af_" in json.dumps(driver)
        self.wired = False
        self.gates = []  # every one there was
        super().__init__(config, prefix=prefix)

    def start_gate(self):
        if self.stands_on_interfaces and not self.wired:
            self.lay_wires()
        self.gate = self.start_one("snmpgate", self.driver)

    def start_one(self, name, driver):
        directory = self.directory / f"{name}-files"
        directory.mkdir(exist_ok=True)
        config = self.config | {"records": {"directory": str(directory / "records")},
                                "alerts": {"eve": {"file": str(directory / "eve.json")}},
                                "control": {"socket": str(directory / "control.sock")}}
        (directory / "config").write_text(json.dumps(config, indent=2))
        (directory / "driver").write_text(json.dumps(driver, indent=2))
        gate = self.start("gate", name, lab.build_directory() / "app/snmpgate", "run", "--config", directory / "config",
                          "--driver", directory / "driver")
        gate.wait_output("snmpgate: ready", 20)
        self.gates.append(gate)
        return gate

    def lay_wires(self):
        for role, name in INTERFACES.items():
            self.ip("gate", "link", "add", name, "type", "veth", "peer", "name", name, "netns", self.prefix + role)
            self.run_in("gate", "ethtool", "-K", name, "tx", "off", "gso", "off", "tso", "off", "gro", "off")
            self.ip(role, "link", "set", name, "up")
        self.wired = True

    def connect(self):
        if not self.stands_on_interfaces:
            for role, name in INTERFACES.items():
                self.ip("gate", "link", "set", name, "netns", self.prefix + role)
        self.plug("outside", "asa0", f"{lab.MANAGER}/24", "10.1.10.0/24")
        self.plug("inside", "core0", f"{lab.AGENT_PRIVATE}/24", "172.30.0.0/24")


    def flags(self, role, interface):
        """As ip prints them: UP, LOWER_UP, NO-CARRIER..."""
        return re.search("<(.*)>", self.run_in(role, "ip", "link", "show", interface).stdout)[1].split(",")


class MemifLab(DriverLab):
    """memif.json in the middle of a chain, with another program on the other end of each of its ports:

    asa0 (TAP) ─ snmpgate ─ memif 0 ─ snmpgate on memif.json ─ memif 1 ─ snmpgate ─ core0 (TAP)
    """

    def start_gate(self):
        super().start_gate()
        tap = driver_file("tap")
        memif = [port["device"].replace("role=server", "role=client") for port in self.driver["ports"].values()]
        for name, pair in (("west", ("net_tap0,iface=asa0", memif[0])), ("east", (memif[1], "net_tap0,iface=core0"))):
            self.start_one(name, tap | {"ports": ports(*pair)})


class BareLab(DriverLab):
    """Nothing but a gate on TAP, and both interfaces beside it."""

    ROLES = ("gate",)

    def connect(self):
        pass

    def start_agent(self):
        pass


def why_no_af_xdp():
    try:
        socket.socket(44, socket.SOCK_RAW).close()  # AF_XDP
    except OSError as error:
        return f"AF_XDP: {error.strerror}"
    return lab.why_not()


def write_pcap(path, contents):
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    pathlib.Path(path).write_bytes(head + b"".join(struct.pack("<IIII", 0, 0, len(c), len(c)) + c for c in contents))


def read_pcap(path):
    data, at, contents = pathlib.Path(path).read_bytes(), 24, []
    while at < len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        contents.append(data[at + 16 : at + 16 + size])
        at += 16 + size
    return contents


class Alone(unittest.TestCase):
    """Without peers: in a folder of its own."""

    def setUp(self):
        if not (lab.build_directory() / "app/snmpgate").exists():
            self.skipTest(f"{lab.build_directory() / 'app/snmpgate'} is not built")
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def command(self, driver):
        config = {"records": {"directory": f"{self.directory}/records"}, "control": {"socket": f"{self.directory}/control.sock"},
                  "alerts": {"eve": {"file": f"{self.directory}/eve.json"}}}
        for name, content in (("config", config), ("driver", driver)):
            (self.directory / name).write_text(json.dumps(content))
        return [lab.build_directory() / "app/snmpgate", "run", "--config", self.directory / "config", "--driver",
                self.directory / "driver"]

    def run_until_ready(self, driver):
        """Ended as soon as it is ready; what came in still goes through."""
        gate = lab.Process([str(word) for word in self.command(driver)], self.directory, "snmpgate", os.environ)
        try:
            gate.wait_output("snmpgate: ready", 20)
        finally:
            status = gate.stop()
        stats = json.loads(gate.output())
        self.assertEqual((status, stats["balance"]), (0, 0))
        return stats

"""Ten thousand requests of net-snmp's tools to snmpsim's recordings: every one answered once, in order, and translated."""

import collections
import ipaddress
import os
import pathlib
import re
import sys
import unittest

import flows
import lab
from case import LabTest

AGENT_PRIVATE, AGENT_PUBLIC = "10.1.10.7", "172.20.10.7"
OBJECTS = ".1.3.6.1.4.1.8072.9999.8888.1"
COLUMNS, ROWS = 4, 2500
RECORDING = "etingof__snmpsim__linux-full-walk.snmprec"
MAPS = [*lab.REALM["maps"], {"private": "195.218.254.0/24", "public": "172.20.254.0/24"}]  # that recording's own network
GETS = 2000  # each way, for the round trip

# Run as root in no particular namespace: asks two agents in turn, each from a namespace of its own.
ROUND_TRIPS = """
import ctypes, os, socket, statistics, sys, time
sys.path.append(sys.argv[1])
import snmp_craft as snmp
libc, count, name = ctypes.CDLL(None, use_errno=True), int(sys.argv[2]), sys.argv[3]
agents = []
for namespace, address in (sys.argv[4:6], sys.argv[6:8]):
    with open(f'/run/netns/{namespace}') as file:
        if libc.setns(file.fileno(), 0x40000000):
            raise OSError(ctypes.get_errno(), 'setns')
    agents.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    agents[-1].settimeout(5)
    agents[-1].connect((address, 161))
times = [[], []]
for number in range(1 << 24, (1 << 24) + count):
    request = snmp.community_message(1, b'public', snmp.pdu(0xA0, number, [snmp.varbind(name, snmp.null())]))
    for agent, taken in zip(agents, times):
        start = time.perf_counter_ns()
        agent.send(request)
        answer = agent.recv(65536)
        taken.append(time.perf_counter_ns() - start)
        assert number.to_bytes(4, 'big') in answer, answer.hex()
print(*(round(statistics.median(taken) / 1000) for taken in times))
"""


def recording():
    """Objects of every kind of value, addresses of the realm and others among them."""
    def value(column, row):
        inside = f"10.1.10.{row % 256}"
        return (f"2|{row}", f"64|{inside}", f"4|a text that says {inside}", f"64|192.168.{row % 256}.{column}",
                f"6|1.3.6.1.2.1.4.20.1.1.{inside}", f"65|{row}", f"4x|{bytes((10, 1, 10, row % 256)).hex()}")[row % 7]

    return "".join(f"{OBJECTS[1:]}.{column}.{row}|{value(column, row)}\n"
                   for column in range(1, COLUMNS + 1) for row in range(1, ROWS + 1))


def shared_recording():
    folder = os.environ.get("SNMPGATE_SHARED", lab.ROOT.parent / "shared")
    return pathlib.Path(folder) / "snmprec" / RECORDING


def translated(line):
    """What has to arrive outside: IpAddress values by MAPS, the rest as it was."""
    def public(match):
        address = ipaddress.ip_address(match[1])
        for one in MAPS:
            private, outside = (ipaddress.ip_network(one[key]) for key in ("private", "public"))
            if address in private:
                address = outside[int(address) - int(private[0])]
                break
        return f"IpAddress: {address}"

    return re.sub(r"IpAddress: (\S+)$", public, line)


def objects(output):
    """The lines a walk printed; the end of the recording is no object (a bulk walk may be told of it many times)."""
    return [line for line in output.splitlines() if "No more variables left" not in line]


class Recordings:
    # Basic: what instance identifiers become is another test's matter.
    config = {"nat": {"headers": True}, "alg": {"level": "basic"}, "realms": [{"name": "physics", "maps": MAPS}]}

    @classmethod
    def why_not(cls):
        absent = [tool for tool in ("snmpsimd", "snmpbulkwalk", "tshark") if not lab.shutil.which(tool)]
        return lab.why_not() or (f"no {', '.join(absent)} (tools/setup)" if absent else None)

    @classmethod
    def setUpClass(cls):
        if cls.why_not() is None:
            super().setUpClass()
            cls.start_simulator()

    @classmethod
    def start_simulator(cls):
        """A community for each recording."""
        cls.lab.ip("inside", "address", "add", f"{AGENT_PRIVATE}/24", "dev", "core0")
        cls.lab.directory.chmod(0o711)  # snmpsimd gives up root
        data, cache = (cls.lab.directory / name for name in ("recordings", "recordings-cache"))
        data.mkdir()
        cache.mkdir()
        lab.shutil.chown(cache, "nobody", "nogroup")
        (data / "public.snmprec").write_text(recording())
        if shared_recording().exists():
            lab.shutil.copyfile(shared_recording(), data / "linux.snmprec")
        simulator = cls.lab.start("inside", "snmpsimd", "snmpsimd", f"--data-dir={data}", f"--cache-dir={cache}",
                                  f"--agent-udpv4-endpoint={AGENT_PRIVATE}:161", "--process-user=nobody",
                                  "--process-group=nogroup", "--logging-method=stderr")
        simulator.wait_output("Listening at", 30)

    def setUp(self):
        if reason := self.why_not():
            self.skipTest(reason)
        super().setUp()

    def walk_through(self, tool, *words):
        """Nothing is asked twice: what is lost fails the walk."""
        return self.lab.command("outside", tool, "-v", "2c", "-On", "-r", "0", "-t", "20", *words)

    def bulk_walk_directly(self, oid, community="public"):
        done = self.lab.run_in("inside", "snmpbulkwalk", "-v", "2c", "-c", community, "-On", "-t", "20", "-Cr50",
                               AGENT_PRIVATE, oid)
        return objects(done.stdout)

    def test_ten_thousand_requests(self):
        direct = {column: self.bulk_walk_directly(f"{OBJECTS}.{column}") for column in range(1, COLUMNS + 1)}
        self.assertEqual(sum(map(len, direct.values())), COLUMNS * ROWS)
        with self.lab.capture_file("outside", "asa0", "udp port 161") as outside, \
             self.lab.capture_file("inside", "core0", "udp port 161") as inside:
            for tool in ("snmpwalk", "snmpbulkwalk"):
                self.compare(direct, {column: self.start(tool, column) for column in direct})  # all at once
        self.judge({"outside": self.messages(outside), "inside": self.messages(inside)})

    def start(self, tool, column):
        command = self.walk_through(tool, "-c", "public", AGENT_PUBLIC, f"{OBJECTS}.{column}")
        walk = lab.Process(command, self.lab.directory, f"{tool}-{column}", self.lab.env)
        self.lab.processes.append(walk)
        return walk

    def compare(self, direct, walks):
        for column, walk in walks.items():
            self.assertEqual(walk.popen.wait(120), 0, walk.errors())
            self.lab.processes.remove(walk)
            self.assertEqual(objects(walk.output()), [translated(line) for line in direct[column]])

    def messages(self, capture):
        """{(manager's port, "request" or "response"): the request-ids in the order they were on the wire}"""
        fields = ("udp.srcport", "udp.dstport", "snmp.request_id")
        words = [word for field in fields for word in ("-e", field)]
        done = lab.run(["tshark", "-r", capture, "-T", "fields", *words], seconds=120)
        told = collections.defaultdict(list)
        for source, destination, request in (line.split("\t") for line in done.stdout.splitlines()):
            told[(source, "request") if destination == "161" else (destination, "response")].append(request)
        return told

    def judge(self, told):
        self.assertEqual(len(told["outside"]), 2 * 2 * COLUMNS)
        self.assertEqual(set(told["outside"]), set(told["inside"]))
        requests = 0
        for (port, kind), asked in told["outside"].items():
            if kind == "request":
                requests += len(asked)
                steps = {"requests through": (asked, told["inside"][port, "request"]),
                         "agent": (told["inside"][port, "request"], told["inside"][port, "response"]),
                         "responses through": (told["inside"][port, "response"], told["outside"][port, "response"])}
                self.assertEqual({step: flows.judge(*ids) for step, ids in steps.items()}, dict.fromkeys(steps, flows.CLEAN))
        self.assertGreaterEqual(requests, COLUMNS * ROWS)
        print(f"{requests} requests, 0 lost, 0 reordered", end=" ... ")

    def test_shared_recording(self):
        if not shared_recording().exists():
            self.skipTest(f"no {RECORDING} (SNMPGATE_SHARED, or shared beside the checkout)")
        direct = self.bulk_walk_directly(".1.3", community="linux")
        self.assertGreater(len(direct), 3000)
        expected = [translated(line) for line in direct]
        self.assertGreater(sum(before != after for before, after in zip(direct, expected)), 10)
        done = lab.run(self.walk_through("snmpwalk", "-c", "linux", AGENT_PUBLIC, ".1.3"), seconds=120, env=self.lab.env)
        self.assertEqual(objects(done.stdout), expected)

    def test_round_trip(self):
        """Information, nothing is asserted of it but that each request is answered."""
        for agent, name, private, public in (("snmpd", "1.3.6.1.2.1.1.5.0", lab.AGENT_PRIVATE, lab.AGENT_PUBLIC),
                                             ("snmpsim", f"{OBJECTS[1:]}.1.1", AGENT_PRIVATE, AGENT_PUBLIC)):
            done = lab.run([sys.executable, "-B", "-c", ROUND_TRIPS, lab.ROOT / "tests/golden", GETS, name,
                            self.lab.prefix + "inside", private, self.lab.prefix + "outside", public], seconds=120)
            direct, through = map(int, done.stdout.split())
            print(f"median of {GETS} round trips to {agent}: {direct} us directly, {through} us through, "
                  f"{through - direct} us added;", end=" ")
        print(end="... ")


class RecordingsFused(Recordings, LabTest):
    layout = lab.FUSED


class RecordingsSplit(Recordings, LabTest):
    layout = lab.SPLIT


if __name__ == "__main__":
    unittest.main()

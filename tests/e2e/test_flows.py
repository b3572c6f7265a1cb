"""Numbered UDP and TCP flows, both ways at once: none lost, none twice, none overtaken by a later one of its flow."""

import collections
import contextlib
import hashlib
import json
import random
import sys
import unittest

import drivers
import flows
import lab
from case import LabTest

sys.path.append(str(lab.ROOT / "tests/golden"))
import pcapfile  # noqa: E402

FLOWS = 32  # each way, over 8 addresses of each side: a pair of addresses is what UDP is steered by
MANAGERS = [f"172.30.0.{100 + i}" for i in range(8)]
HOSTS = [f"10.1.10.{100 + i}" for i in range(8)]
PAIRS = [(MANAGERS[i % 8], HOSTS[i // 4]) for i in range(FLOWS)]
INTERFACES = {"outside": "asa0", "inside": "core0"}


class Judge(unittest.TestCase):
    """It can say no."""

    def test_all_is_well(self):
        self.assertEqual(flows.judge(range(1000), range(1000)), flows.CLEAN)
        self.assertEqual(flows.judge([], []), flows.CLEAN)

    def test_lost(self):
        received = [i for i in range(1000) if i not in (0, 500, 999)]
        self.assertEqual(flows.judge(range(1000), received), flows.CLEAN._replace(lost=3))
        self.assertEqual(flows.judge(range(1000), []), flows.CLEAN._replace(lost=1000))

    def test_duplicated(self):
        self.assertEqual(flows.judge(range(4), [0, 1, 1, 2, 3]), flows.CLEAN._replace(duplicated=1))
        self.assertEqual(flows.judge(range(4), [0, 1, 2, 3, 0, 0]), flows.CLEAN._replace(duplicated=2))

    def test_reordered(self):
        self.assertEqual(flows.judge(range(4), [0, 2, 1, 3]), flows.CLEAN._replace(reordered=1))
        self.assertEqual(flows.judge(range(4), [3, 0, 1, 2]), flows.CLEAN._replace(reordered=3))
        shuffled = random.Random(1).sample(range(1000), 1000)
        verdict = flows.judge(range(1000), shuffled)
        self.assertEqual((verdict.lost, verdict.duplicated), (0, 0))
        self.assertGreater(verdict.reordered, 900)

    def test_unknown(self):
        self.assertEqual(flows.judge(range(4), [0, 1, 2, 3, 7]), flows.CLEAN._replace(unknown=1))

    def test_tcp_on_the_wire(self):
        segments = [((2**32 - 2000 + i * 1000) % 2**32, 1000) for i in range(5)]  # past the end of the numbers
        self.assertEqual(flows.tcp_wire(segments), (0, 0))
        self.assertEqual(flows.tcp_wire([segments[i] for i in (0, 1, 3, 4)]), (1, 0))
        self.assertEqual(flows.tcp_wire([segments[i] for i in (0, 2, 1, 3, 4)]), (1, 1))
        self.assertEqual(flows.tcp_wire([segments[i] for i in (0, 1, 2, 1, 2, 3, 4)]), (0, 2))


class Flows:
    config = {"nat": {"headers": True}}

    def test_both_ways_at_once(self):
        self.dress()
        self.wire = {}
        with contextlib.ExitStack() as captures:
            for role, interface in INTERFACES.items():
                path = self.lab.capture_file(role, interface, f"tcp portrange {flows.TCP_PORT}-{flows.TCP_PORT + flows.STREAMS - 1}")
                self.wire[role] = captures.enter_context(path)
            told = self.exchange()
        for role in INTERFACES:
            with self.subTest(receiver=role):
                self.judge_datagrams(told[role])
                self.judge_streams(told[role])
        self.judge_wire()
        stats = self.stop_gate()
        self.assertEqual(stats["discarded"], {})
        self.assertGreater(stats["received"], 2 * FLOWS * flows.DATAGRAMS)
        self.assert_every_lcore_worked(stats)

    def as_seen_outside(self, host):
        return lab.to_public(host) if self.lab.translates_headers else host

    def dress(self):
        """Addresses for the flows, neighbours that know them, and a queue in front of the gate that no pause overflows."""
        for role, addresses in (("outside", MANAGERS), ("inside", HOSTS)):
            for address in addresses:
                self.lab.ip(role, "address", "add", f"{address}/24", "dev", INTERFACES[role])
            self.lab.ip(role, "link", "set", INTERFACES[role], "txqueuelen", "20000")
        for manager, host in zip(MANAGERS, HOSTS):
            self.lab.run_in("outside", "ping", "-n", "-c", "1", "-W", "2", "-I", manager, self.as_seen_outside(host))

    def exchange(self):
        def start(role, name, *words):
            return self.lab.start(role, f"{name}-{role}", sys.executable, "-B", flows.__file__, name, *words)

        pairs = {"outside": [(manager, self.as_seen_outside(host)) for manager, host in PAIRS],
                 "inside": [(host, manager) for manager, host in PAIRS]}
        receivers = {role: start(role, "receive", self.lab.directory / f"{role}.json") for role in INTERFACES}
        for receiver in receivers.values():
            receiver.wait_output("listening")
        senders = [start(role, "send", json.dumps(pairs[role])) for role in INTERFACES]
        for process in (*senders, *receivers.values()):
            self.assertEqual(process.popen.wait(2 * flows.ENOUGH), 0, process.errors())
            self.lab.processes.remove(process)
        return {role: json.loads((self.lab.directory / f"{role}.json").read_text()) for role in INTERFACES}

    def judge_datagrams(self, told):
        by_flow = collections.defaultdict(list)
        for flow, number in told["datagrams"]:
            by_flow[flow].append(number)
        verdicts = {flow: flows.judge(range(flows.DATAGRAMS), by_flow[flow]) for flow in range(FLOWS)}
        self.assertEqual({flow: verdict for flow, verdict in verdicts.items() if verdict != flows.CLEAN}, {})
        self.assertEqual(len(told["datagrams"]), FLOWS * flows.DATAGRAMS)
        self.assertEqual(told["damaged"], 0)

    def judge_streams(self, told):
        self.assertEqual(told["streams"], {str(i): hashlib.sha256(flows.stream(i)).hexdigest() for i in range(flows.STREAMS)})

    def judge_wire(self):
        """Each connection's segments left the gate as they came to it, so no repair of TCP's hides anything."""
        outside, inside = (self.connections(role) for role in ("outside", "inside"))
        self.assertEqual(len(inside), 2 * 2 * flows.STREAMS)
        repeated = 0
        for key in inside:
            _, _, from_manager = key
            sent, received = (outside[key], inside[key]) if from_manager else (inside[key], outside[key])
            with self.subTest(connection=key):
                self.assertEqual(flows.judge([one.identity for one in sent], [one.identity for one in received]), flows.CLEAN)
                wire = flows.tcp_wire([(one.number, one.length) for one in received if one.length])
                self.assertEqual(wire.gaps, 0)
                repeated += wire.repeated
        print(f"TCP: {sum(map(len, inside.values()))} segments, {repeated} retransmitted by their senders", end=" ... ")

    def connections(self, role):
        """{(server's port, where the server is, from the manager?): segments as they were on that side's wire}"""
        found = collections.defaultdict(list)
        for frame in pcapfile.read(self.wire[role]).frames:
            segment = flows.segment_of(frame.data)
            from_manager = frame.data[26:29] == bytes((172, 30, 0))
            server = "inside" if from_manager == segment.to_server else "outside"
            found[segment.port, server, from_manager].append(segment)
        return found


class FlowsFused(Flows, LabTest):
    layout = lab.FUSED


class FlowsSplit(Flows, LabTest):
    layout = lab.SPLIT


class FlowsFusedTwoWorkers(Flows, LabTest):
    """Each worker has a queue of its own of both ports, and packet fanout brings both directions of a conversation to
    one; not with header translation, which would part them."""

    config = {"realms": []}
    layout = {"layout": "fused", "workers": [lab.CPUS[0], lab.CPUS[-1]]}

    @classmethod
    def make_lab(cls):
        driver = drivers.driver_file("af_packet") | {"cores": cls.layout}
        for port in driver["ports"].values():
            port["device"] += ",qpairs=2"
        return drivers.DriverLab(cls.config, driver)

    def setUp(self):
        super().setUp()
        lab.wait_for(lambda: self.lab.ping(lab.AGENT_PRIVATE) == 1, "the links")

    def assert_every_lcore_worked(self, stats):
        self.assertEqual([lcore["role"] for lcore in stats["lcores"]], ["fused", "fused"])
        for lcore in stats["lcores"]:
            for key in ("rounds", "busy_rounds", "received", "sent"):
                self.assertGreater(lcore[key], 0, lcore)


if __name__ == "__main__":
    unittest.main()

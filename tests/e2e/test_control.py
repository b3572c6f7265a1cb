"""What an operator may ask and order while frames pass: snmpgatectl, SIGHUP, DPDK's telemetry."""

import json
import os
import pathlib
import signal
import stat
import statistics
import time

import lab
from case import LabTest

SEND = """
import socket, sys
where, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
    for number in range(first, first + count):
        out.sendto(b"%d" % number, (where, 4000))
"""
RECEIVE = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as into:
    into.bind((sys.argv[1], 4000))
    print("listening", flush=True)
    while True:
        print(into.recv(100).decode(), flush=True)
"""


class Control:
    config = {"mode": "prevent", "nat": {"headers": True}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.lab is not None:
            cls.next = 0
            cls.receiver = cls.lab.start("outside", "receiver", lab.sys.executable, "-c", RECEIVE, lab.MANAGER)
            cls.receiver.wait_output("listening")

    def setUp(self):
        super().setUp()
        self.assertEqual(self.lab.ping(lab.MANAGER, role="blocked"), 1)  # neighbours known, nobody blocked

    def ctl(self, *words, check=True):
        return lab.run([lab.build_directory() / "tools/control/snmpgatectl", "--socket", self.lab.directory / "control.sock",
                        *words], check)

    def ask(self, *words):
        return json.loads(self.ctl("--json", *words).stdout)

    def arrived(self, count=50):
        """How many of so many datagrams of the device that may be blocked arrive."""
        first, type(self).next = self.next, self.next + count
        self.lab.python("blocked", SEND, lab.MANAGER, first, count)
        self.lab.python("inside", SEND, lab.MANAGER, 10**6 + first, 1)  # of another device: what came before is through
        lab.wait_for(lambda: str(10**6 + first) in self.receiver.output().split(), "the datagram behind them")
        return len(set(map(str, range(first, first + count))) & set(self.receiver.output().split()))

    def test_block_holds_from_the_answer_on(self):
        for target in (lab.BLOCKED_MAC, lab.BLOCKED_PRIVATE, "10.1.10.64/29"):
            with self.subTest(target=target):
                self.assertEqual(self.arrived(), 50)
                self.assertEqual(self.ask("block", target)["changed"], [target])
                self.assertEqual(self.ask("block", target), self.ask("block", target))  # no change is no error
                self.assertEqual(self.arrived(), 0)
                listed = self.ask("block", "--list")
                self.assertIn(target, listed["macs"] + listed["prefixes"])
                self.assertEqual(self.ask("unblock", target)["changed"], [target])
                self.assertEqual(self.arrived(), 50)

    def test_how_long_a_block_takes(self):
        """From the order to the last core's adoption, with long lists: the answer is only given then."""
        path = self.lab.directory / "config.json"
        good = path.read_text()
        long = {"macs": [f"02:{i >> 8:02x}:{i & 255:02x}:00:00:01" for i in range(65536)],
                "prefixes": [f"11.0.{i >> 8}.{i & 255}" for i in range(65536)]}
        path.write_text(json.dumps(json.loads(good) | {"blocklist": long}))
        self.addCleanup(self.ask, "reload")
        self.addCleanup(path.write_text, good)
        self.ask("reload")
        taken = []
        for i in range(21):
            begin = time.monotonic()
            self.assertEqual(len(self.ask("block" if i % 2 == 0 else "unblock", lab.BLOCKED_MAC)["changed"]), 1)
            taken.append(time.monotonic() - begin)
        self.ask("unblock", lab.BLOCKED_MAC)
        median = statistics.median(taken) * 1000
        print(f"block or unblock takes {median:.1f} ms (median of {len(taken)}, snmpgatectl's own start in it)", end=" ... ")
        if lab.build_directory().name == "build":  # others are slowed down by what looks on
            self.assertLess(median, 10)

    def test_monitor_lets_through_what_it_would_discard(self):
        self.ask("block", lab.BLOCKED_MAC)
        self.assertEqual(self.ask("mode", "monitor"), {"mode": "monitor", "was": "prevent", "adopted": True})
        before = self.ask("stats")["would_discard"].get("blocked_mac", 0)
        self.assertEqual(self.arrived(), 50)
        self.assertGreaterEqual(self.ask("stats")["would_discard"]["blocked_mac"], before + 50)
        self.assertEqual(self.ask("mode", "prevent"), {"mode": "prevent", "was": "monitor", "adopted": True})
        self.assertEqual(self.arrived(), 0)
        reasons = {entry["name"]: entry for entry in self.ask("reasons")["reasons"]}
        self.assertGreaterEqual(reasons["blocked_mac"]["discarded"], 50)
        self.assertGreaterEqual(reasons["blocked_mac"]["would_discard"], 50)
        self.ask("unblock", lab.BLOCKED_MAC)

    def test_what_it_tells(self):
        self.assertEqual(self.lab.ping(lab.MANAGER, role="inside", count=3), 3)
        status, stats = self.ask("status"), self.ask("stats")
        self.assertEqual((status["layout"], status["mode"]), (self.layout["layout"], "prevent"))
        self.assertEqual(len(status["lcores"]), sum(len(v) for v in self.layout.values() if isinstance(v, list)))
        self.assertGreater(stats["received"], 0)
        self.assertEqual(sum(port["received"] for port in stats["ports"].values()), stats["received"])
        ports = {port["port"]: port for port in self.ask("ports")["ports"]}
        # The interfaces are in other namespaces: what link they have is not to be seen from here.
        self.assertEqual((ports["external"]["driver"], ports["internal"]["link"]), ("net_tap", "unknown"))
        records = self.ask("records")
        self.assertEqual(records["directory"], str(self.lab.directory / "records"))
        for words in (["status"], ["stats"], ["reasons", "--all"], ["ports"], ["records"], ["block"]):
            self.assertGreater(len(self.ctl(*words).stdout), 10, words)

    def test_bad_orders_are_refused_with_the_cure(self):
        for words, cure in ((["block", "10.1.10.66/8"], "the prefix is 10.0.0.0/8"), (["block", "nonsense"], "must be a MAC"),
                            (["mode", "prevnt"], "prevent"), (["blok", lab.BLOCKED_MAC], 'did you mean "block"')):
            done = self.ctl(*words, check=False)
            self.assertNotEqual(done.returncode, 0, words)
            self.assertIn(cure, done.stderr + done.stdout)
        done = self.ctl("block", lab.BLOCKED_MAC, "nonsense", check=False)
        self.assertEqual((done.returncode, self.ask("block", "--list")["macs"]), (1, []))  # all or none

    def test_reload_by_order_and_by_signal(self):
        path = self.lab.directory / "config.json"
        good = path.read_text()
        self.addCleanup(path.write_text, good)
        generation = self.ask("status")["generation"]
        path.write_text(json.dumps(json.loads(good) | {"blocklist": {"macs": [lab.BLOCKED_MAC]}}))
        self.assertEqual(self.ask("reload")["generation"], generation + 1)
        self.assertEqual(self.arrived(), 0)
        # A configuration that is not valid, or one that only a start may take, changes nothing and says why.
        for change, why in (({"mode": "prevnt"}, "mode ="), ({"nat": {"header": True}}, "nat.header ="),
                            ({"records": {"directory": "/tmp/elsewhere"}}, "records.directory")):
            path.write_text(json.dumps(json.loads(good) | change))
            done = self.ctl("reload", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(why, done.stderr)
            self.assertEqual(self.ask("status")["generation"], generation + 1)
        self.assertEqual(self.arrived(), 0)
        self.lab.gate.popen.send_signal(signal.SIGHUP)
        self.lab.gate.wait_output("snmpgate: not reloaded, the policy in force stays")
        self.assertEqual(self.arrived(), 0)
        path.write_text(good)
        self.lab.gate.popen.send_signal(signal.SIGHUP)
        self.lab.gate.wait_output(f"snmpgate: reloaded, generation {generation + 2}")
        self.assertEqual(self.arrived(), 50)
        self.assertEqual(self.ask("stats")["generation"], generation + 2)

    def test_an_ordered_mode_outlives_a_reload(self):
        self.ask("mode", "monitor")
        self.assertIn("mode: stays monitor as ordered", " ".join(self.ask("reload")["warnings"]))
        self.assertEqual(self.ask("mode")["mode"], "monitor")
        self.ask("mode", "prevent")
        self.assertEqual(self.ask("reload")["warnings"], [])

    def test_who_reads_stderr_may_go(self):
        """Whatever is said then is said to nobody; the wire goes on. As with `2>&1 | grep -m 1 ready`."""
        config = json.loads((self.lab.directory / "config.json").read_text())
        config["ports"] = {side: {"device": f"net_null{i},size=60"} for i, side in enumerate(("external", "internal"))}
        for section, key, name in (("records", "directory", "r2"), ("control", "socket", "s2")):
            config[section][key] = str(self.lab.directory / name)
        path = self.lab.directory / "deaf.json"
        path.write_text(json.dumps(config))
        gate = lab.subprocess.Popen([lab.build_directory() / "app/snmpgate", "run", "--config", path, "--", "--no-huge",
                                     "--no-shconf", "--no-pci", "--no-telemetry", "-m", "256"],
                                    stdout=lab.subprocess.PIPE, stderr=lab.subprocess.PIPE, text=True)
        try:
            while gate.stderr.readline() != "snmpgate: ready\n":
                self.assertIsNone(gate.poll())
            gate.stderr.close()
            for _ in range(3):
                gate.send_signal(signal.SIGHUP)
                time.sleep(0.2)
            gate.send_signal(signal.SIGTERM)
            self.assertEqual(json.loads(gate.stdout.read())["balance"], 0)
            self.assertEqual(gate.wait(10), 0)
        finally:
            gate.kill()
            gate.wait()
            gate.stdout.close()

    def test_what_was_ordered_outlives_a_reload(self):
        self.ask("block", lab.BLOCKED_PRIVATE)
        self.ask("reload")
        self.assertEqual(self.arrived(), 0)
        self.ask("unblock", lab.BLOCKED_PRIVATE)
        self.assertEqual(self.arrived(), 50)

    def test_alerts_are_limited_counted_and_follow_a_rename(self):
        eve, moved = self.lab.directory / "eve.json", self.lab.directory / "eve.json.1"
        self.ask("block", lab.BLOCKED_MAC)
        before = self.ask("stats")["alerts"]
        self.assertEqual(self.arrived(), 0)
        lab.wait_for(lambda: sum(self.ask("stats")["alerts"][k] - before[k] for k in ("written", "suppressed")) >= 50, "50 alerts")
        after = self.ask("stats")["alerts"]
        self.assertGreater(after["suppressed"], before["suppressed"])
        self.assertEqual(after["lost"], 0)
        lines = [json.loads(line) for line in eve.read_text().splitlines()]
        self.assertTrue(all(line["alert"]["signature"].startswith("blocked_") for line in lines))
        self.assertIn(lab.BLOCKED_MAC, {line["ether"]["src_mac"] for line in lines})
        eve.rename(moved)
        self.lab.gate.popen.send_signal(signal.SIGHUP)
        lab.wait_for(eve.exists, "the file after a rename")
        self.ask("unblock", lab.BLOCKED_MAC)

    def test_socket_is_for_owner_and_group(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.lab.directory / "control.sock").st_mode), 0o660)

    def test_telemetry(self):
        """As dpdk-telemetry.py reads it; of all DPDK programs here, ours by its process."""
        ours = None
        for instance in range(8):
            done = lab.subprocess.run(["dpdk-telemetry.py", "-i", str(instance)], input="/\n/info\n/snmpgate/status\n/snmpgate/stats\nquit\n",
                                      capture_output=True, text=True, timeout=10, check=False)
            if f'"pid": {self.gate_pid()}' in done.stdout:
                ours = done.stdout
        self.assertIsNotNone(ours, "no telemetry socket of this process")
        self.assertIn("/snmpgate/reasons", ours)
        self.assertIn('"layout": "' + self.layout["layout"] + '"', ours)
        self.assertIn('"received":', ours)

    def gate_pid(self):
        """snmpgate itself, below `ip netns exec`, which becomes it."""
        pid = self.lab.gate.popen.pid
        self.assertEqual(pathlib.Path(f"/proc/{pid}/comm").read_text().strip(), "snmpgate")
        return pid


class ControlFused(Control, LabTest):
    layout = lab.FUSED


class ControlSplit(Control, LabTest):
    layout = lab.SPLIT

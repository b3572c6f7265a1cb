"""Start and end: SIGTERM under traffic, a second run, records on disk."""

import json

import lab
from case import LabTest


class Lifecycle(LabTest):
    config = {"nat": {"headers": True}, "records": {"also": ["icmp"]}}

    def test_sigterm_under_traffic_drains(self):
        flood = self.lab.start("outside", "flood", "ping", "-n", "-q", "-f", "-w", "8", lab.AGENT_PUBLIC)
        lab.wait_for(lambda: self.packets("core0") > 200, "traffic through the gate")
        status, stats = self.lab.stop_gate()
        flood.stop(lab.signal.SIGINT)
        self.assertEqual(status, 0)
        self.assertEqual(stats["balance"], 0)
        self.assertGreater(stats["received"], 200)
        self.assertEqual(stats["received"], stats["sent"] + sum(stats["discarded"].values()))
        for port in stats["ports"].values():
            self.assertEqual(port["balance"], 0)

    def packets(self, interface):
        return int(self.lab.run_in("inside", "cat", f"/sys/class/net/{interface}/statistics/rx_packets").stdout)


class Again(LabTest):
    """What one run leaves (records, sockets, interfaces) does not keep the next from starting."""

    config = {"nat": {"headers": True}}

    def test_two_runs(self):
        for _ in range(2):
            self.lab.snmp("snmpget", "AGENT", ".1.3.6.1.2.1.1.5.0")
            status, stats = self.lab.stop_gate()
            self.assertEqual((status, stats["balance"]), (0, 0))
            self.lab.start_gate()
            self.lab.connect()
        self.assertEqual(self.lab.ping(lab.AGENT_PUBLIC), 1)

    def test_records_tell_the_minute(self):
        tool = lab.build_directory() / "tools/records/snmpgate-records"
        if not tool.exists():
            self.skipTest(f"{tool} is not built")
        self.lab.snmp("snmpget", "AGENT", f".1.3.6.1.2.1.4.20.1.1.{lab.AGENT_PRIVATE}")
        self.lab.stop_gate()
        lines = lab.run([tool, "dump", "--json", *sorted((self.lab.directory / "records").glob("*.rec"))]).stdout.splitlines()
        keys = ("protocol_name", "direction", "sender_ip", "target_ip", "pdu_name", "varbinds", "translated")
        told = [tuple(record[key] for key in keys) for record in map(json.loads, lines)]
        # Addresses are as received. Translated: one in the headers; in the response the value too.
        self.assertIn(("snmp_v2c", "external", lab.MANAGER, lab.AGENT_PUBLIC, "get_request", 1, 1), told)
        self.assertIn(("snmp_v2c", "internal", lab.AGENT_PRIVATE, lab.MANAGER, "response", 1, 2), told)
        self.lab.start_gate()
        self.lab.connect()

"""The blocklist, by MAC and by prefix: enforced in prevent mode, only told in monitor mode."""

import lab
from case import LabTest


def count(stats, list_name, reason):
    return stats[list_name].get(reason, 0)


class PreventMac(LabTest):
    config = {"mode": "prevent", "nat": {"headers": True}, "blocklist": {"macs": [lab.BLOCKED_MAC]}}

    def test_blocked_device_gets_nothing_through(self):
        self.assertEqual(self.lab.ping(lab.AGENT_PUBLIC, count=2), 2)
        with self.lab.capture("outside", "asa0", f"ether src {lab.BLOCKED_MAC}") as outside:
            self.assertEqual(self.lab.ping(lab.MANAGER, role="blocked", count=2, wait=1), 0)
            self.assertEqual(self.lab.ping(lab.BLOCKED_PUBLIC, count=2, wait=1), 0)
        self.assertEqual(outside(), [])
        self.assertEqual(self.lab.ping(lab.AGENT_PUBLIC, count=2), 2)
        status, stats = self.lab.stop_gate()
        self.assertEqual((status, stats["balance"]), (0, 0))
        self.assertGreater(count(stats, "discarded", "blocked_mac"), 0)


class PreventPrefix(LabTest):
    config = {"mode": "prevent", "nat": {"headers": True}, "blocklist": {"prefixes": [lab.BLOCKED_PRIVATE + "/32"]}}

    def test_blocked_prefix_gets_nothing_through(self):
        with self.lab.capture("outside", "asa0", f"ip and host {lab.BLOCKED_PUBLIC}") as outside:
            self.assertEqual(self.lab.ping(lab.MANAGER, role="blocked", count=2, wait=1), 0)
        self.assertEqual(outside(), [])
        self.assertEqual(self.lab.ping(lab.AGENT_PUBLIC, count=2), 2)
        status, stats = self.lab.stop_gate()
        self.assertEqual((status, stats["balance"]), (0, 0))
        self.assertGreater(count(stats, "discarded", "blocked_prefix"), 0)


class Monitor(LabTest):
    config = {"mode": "monitor", "nat": {"headers": True},
              "blocklist": {"macs": [lab.BLOCKED_MAC], "prefixes": [lab.BLOCKED_PRIVATE + "/32"]}}

    def test_blocked_device_passes_and_is_counted(self):
        self.assertEqual(self.lab.ping(lab.MANAGER, role="blocked", count=2), 2)
        status, stats = self.lab.stop_gate()
        self.assertEqual((status, stats["balance"]), (0, 0))
        self.assertEqual(stats["discarded"], {})
        self.assertGreater(sum(stats["would_discard"].values()), 0)

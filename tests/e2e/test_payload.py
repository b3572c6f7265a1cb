"""Payload-only mode (`nat.headers` false): headers are somebody else's work, SNMP's contents ours."""

import lab
from case import LabTest
from test_headers import AUTHENTIC, ENTERPRISE, IP_ADDRESSES, OWN_ADDRESS, UDP_LISTENERS


class Payload(LabTest):
    config = {"nat": {"headers": False}}

    def test_walks(self):
        for version in ("1", "2c"):
            for table in (IP_ADDRESSES, UDP_LISTENERS):
                self.assert_same_but_translated(*self.lab.walk_both(table, version=version))

    def test_bulk_walk(self):
        direct = self.lab.walk_directly(IP_ADDRESSES)
        self.assert_same_but_translated(direct, self.lab.snmp("snmpbulkwalk", "AGENT", IP_ADDRESSES))

    def test_v3(self):
        plain = self.lab.snmp("snmpget", "-l", "noAuthNoPriv", "-u", "plain", "AGENT", OWN_ADDRESS, version="3")
        self.assertEqual(plain, [f"{OWN_ADDRESS} = IpAddress: {lab.AGENT_PUBLIC}"])
        signed = self.lab.snmp("snmpget", *AUTHENTIC, "AGENT", OWN_ADDRESS, version="3")
        self.assertEqual(signed, [f"{OWN_ADDRESS} = IpAddress: {lab.AGENT_PRIVATE}"])

    def test_set(self):
        self.lab.snmp("snmpset", "AGENT", f"{lab.SETTABLE}.0", "a", "172.20.10.77", community="private")
        self.assertEqual((self.lab.directory / "settable").read_text().strip(), "10.1.10.77")

    def test_trap_v1_and_arp_headers_stay(self):
        receiver = self.lab.start_trap_receiver()
        with self.lab.capture("outside", "asa0", "arp") as outside:
            self.lab.run_in("outside", "arping", "-c", "1", "-i", "asa0", lab.AGENT_PRIVATE)
            lab.wait_for(lambda: any(f"Reply {lab.AGENT_PRIVATE} is-at" in line for line in outside()), "the ARP reply")
        self.lab.send_trap("1", ENTERPRISE, OWN_ADDRESS)
        receiver.wait_output("Enterprise Specific")
        # agent-addr is payload; the source it came from is not.
        self.assertIn(f"[{lab.AGENT_PUBLIC}] (via UDP: [{lab.AGENT_PRIVATE}]", receiver.output())
        self.assertIn(f"{OWN_ADDRESS} = IpAddress: {lab.AGENT_PUBLIC}", receiver.output())


class LevelOff(LabTest):
    config = {"alg": {"level": "off"}}

    def test_nothing_is_translated(self):
        direct, through = self.lab.walk_both(IP_ADDRESSES)
        self.assertEqual(direct, through)

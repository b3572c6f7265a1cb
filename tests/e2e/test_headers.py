"""Header mode (`nat.headers` true): the manager sees the realm by its public addresses only."""

import unittest

import lab
from case import LabTest

IP_ADDRESSES = ".1.3.6.1.2.1.4.20"
TCP_CONNECTIONS = ".1.3.6.1.2.1.6.13"
UDP_LISTENERS = ".1.3.6.1.2.1.7.5"
OWN_ADDRESS = f".1.3.6.1.2.1.4.20.1.1.{lab.AGENT_PRIVATE}"
NAME = ".1.3.6.1.2.1.1.5.0"
ENTERPRISE = ".1.3.6.1.4.1.8072.9999"
AUTHENTIC = ("-l", "authNoPriv", "-u", "signer", "-a", "SHA", "-A", "signed-secret")

ECHO_SERVER = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((sys.argv[1], 7007)); print('listening', flush=True)
while True:
    data, peer = s.recvfrom(65536); s.sendto(data, peer)
"""
ECHO_CLIENT = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.connect((sys.argv[1], 7007))
data = bytes(i * 7 % 256 for i in range(4001)); s.send(data); print(s.recv(65536) == data)
"""
CLOSED_PORT = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.connect((sys.argv[1], 7009)); s.send(b'anyone?')
try: print('answer', s.recv(100))
except OSError as error: print(type(error).__name__)
"""
FETCH = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())"


class Headers(LabTest):
    config = {"mode": "prevent", "nat": {"headers": True}}

    def test_walk_v1(self):
        self.assert_same_but_translated(*self.lab.walk_both(IP_ADDRESSES, version="1"))

    def test_walk_v2c(self):
        for table in (IP_ADDRESSES, TCP_CONNECTIONS, UDP_LISTENERS):
            direct, through = self.lab.walk_both(table)
            self.assertTrue(any(f"IpAddress: {lab.AGENT_PRIVATE}" in line for line in direct), direct)
            self.assert_same_but_translated(direct, through)

    def test_bulk_walk_v2c(self):
        direct = self.lab.walk_directly(IP_ADDRESSES)
        self.assert_same_but_translated(direct, self.lab.snmp("snmpbulkwalk", "-Cr20", "AGENT", IP_ADDRESSES))

    def test_bulk_walk_v3_plaintext(self):
        direct = self.lab.walk_directly(IP_ADDRESSES)
        through = self.lab.snmp("snmpbulkwalk", "-l", "noAuthNoPriv", "-u", "plain", "AGENT", IP_ADDRESSES, version="3")
        self.assert_same_but_translated(direct, through)

    def test_v3_signed_passes_untouched(self):
        lines = self.lab.snmp("snmpget", *AUTHENTIC, "AGENT", OWN_ADDRESS, version="3")
        self.assertEqual(lines, [f"{OWN_ADDRESS} = IpAddress: {lab.AGENT_PRIVATE}"])

    def test_masks_and_unmapped_addresses_stay(self):
        mask = f".1.3.6.1.2.1.4.20.1.3.{lab.AGENT_PRIVATE}"
        self.assertEqual(self.lab.snmp("snmpget", "AGENT", mask), [f"{mask} = IpAddress: 255.255.255.0"])
        loopback = ".1.3.6.1.2.1.4.20.1.1.127.0.0.1"
        self.assertEqual(self.lab.snmp("snmpget", "AGENT", loopback), [f"{loopback} = IpAddress: 127.0.0.1"])

    def test_set_reaches_the_agent_in_its_own_form(self):
        name = f"{lab.SETTABLE}.0"
        answer = self.lab.snmp("snmpset", "AGENT", name, "a", "172.20.10.99", community="private")
        self.assertEqual(answer, [f"{name} = IpAddress: 172.20.10.99"])
        self.assertEqual((self.lab.directory / "settable").read_text().strip(), "10.1.10.99")
        self.assertEqual(self.lab.snmp("snmpget", "AGENT", name, role="inside", at=lab.AGENT_PRIVATE),
                         [f"{name} = IpAddress: 10.1.10.99"])

    def test_tcp(self):
        (self.lab.directory / "page").mkdir()
        (self.lab.directory / "page/hello").write_text("hello from inside " * 4000)
        server = self.lab.start("inside", "http-server", "python3", "-u", "-m", "http.server", "--bind",
                                lab.AGENT_PRIVATE, "--directory", self.lab.directory / "page", "8080")
        server.wait_output("Serving HTTP")
        page = self.lab.python("outside", FETCH, f"http://{lab.AGENT_PUBLIC}:8080/hello")
        self.assertEqual(page, ("hello from inside " * 4000).strip())
        lab.wait_for(lambda: f"{lab.MANAGER} - -" in server.output() + server.errors(), "the server's log line")

    def test_fragmented_udp_both_ways(self):
        server = self.lab.start("inside", "echo-server", "python3", "-c", ECHO_SERVER, lab.AGENT_PRIVATE)
        server.wait_output("listening")
        self.assertEqual(self.lab.python("outside", ECHO_CLIENT, lab.AGENT_PUBLIC), "True")

    def test_fragmented_ping(self):
        self.assertEqual(self.lab.ping(lab.AGENT_PUBLIC, size=4000, count=3), 3)

    def test_icmp_error_finds_its_socket(self):
        """Destination unreachable: both the packet and the packet inside have to fit the sender's view."""
        self.assertEqual(self.lab.python("outside", CLOSED_PORT, lab.AGENT_PUBLIC), "ConnectionRefusedError")
        self.assertEqual(self.lab.python("inside", CLOSED_PORT, lab.MANAGER), "ConnectionRefusedError")

    def test_arp_speaks_each_side_s_addresses(self):
        who_has = f"who-has {{}} tell {lab.MANAGER}"
        with self.lab.capture("outside", "asa0", "arp") as outside, \
             self.lab.capture("inside", "core0", "arp") as inside:
            self.lab.run_in("outside", "arping", "-c", "2", "-i", "asa0", lab.AGENT_PUBLIC)
            for lines, agent in ((outside, lab.AGENT_PUBLIC), (inside, lab.AGENT_PRIVATE)):
                lab.wait_for(lambda l=lines, a=agent: any(f"Reply {a} is-at" in line for line in l()), f"a reply of {agent}")
                self.assertTrue(any(who_has.format(agent) in line for line in lines()), lines())
            self.assertNotIn("172.20.", " ".join(inside()))
            self.assertNotIn("10.1.10.", " ".join(outside()))

    def test_no_private_address_in_any_header_outside(self):
        with self.lab.capture("outside", "asa0", "net 10.0.0.0/8") as outside:
            self.lab.walk(IP_ADDRESSES)
            self.assertEqual(self.lab.ping(lab.AGENT_PUBLIC), 1)
        self.assertEqual(outside(), [])


class Traps(LabTest):
    config = {"nat": {"headers": True}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.lab:
            cls.receiver = cls.lab.start_trap_receiver()

    def arrived(self, oid):
        """The line or lines snmptrapd printed for the trap that carries `oid`."""
        lab.wait_for(lambda: oid in self.receiver.output(), f"a trap with {oid}")
        entries = self.receiver.output().split("\n20")  # an entry begins with its date
        return next(entry for entry in entries if oid in entry)

    def test_trap_v1(self):
        self.lab.send_trap("1", f"{ENTERPRISE}.1", OWN_ADDRESS)
        entry = self.arrived(f"{ENTERPRISE}.1 Enterprise Specific")
        self.assertIn(f"[{lab.AGENT_PUBLIC}] (via UDP: [{lab.AGENT_PUBLIC}]", entry)  # agent-addr, and the header's source
        self.assertIn(f"{OWN_ADDRESS} = IpAddress: {lab.AGENT_PUBLIC}", entry)

    def test_trap_v2c(self):
        self.lab.send_trap("2c", f"{ENTERPRISE}.0.2", OWN_ADDRESS)
        entry = self.arrived(f"{ENTERPRISE}.0.2")
        self.assertIn(f"UDP: [{lab.AGENT_PUBLIC}]", entry)
        self.assertIn(f"{OWN_ADDRESS} = IpAddress: {lab.AGENT_PUBLIC}", entry)

    def test_inform_is_acknowledged(self):
        self.lab.send_trap("2c", f"{ENTERPRISE}.0.3", OWN_ADDRESS, tool="snmpinform")  # fails when no answer comes
        self.assertIn(f"{OWN_ADDRESS} = IpAddress: {lab.AGENT_PUBLIC}", self.arrived(f"{ENTERPRISE}.0.3"))


class Scanners(LabTest):
    """Noise from real tools, bounded; the gate has to be as well after it as before."""

    config = {"nat": {"headers": True}}

    def tearDown(self):
        if self.lab:
            self.assertEqual(len(self.lab.snmp("snmpget", "AGENT", NAME)), 1)

    def tool(self, program, *words):
        if not lab.shutil.which(program):
            self.skipTest(f"no {program} (tools/setup)")
        return self.lab.run_in("outside", program, *words, check=False)

    def test_onesixtyone(self):
        (self.lab.directory / "communities").write_text("public\nsecret\nprivate\n")
        (self.lab.directory / "hosts").write_text("".join(f"172.20.10.{i}\n" for i in range(1, 16)))
        found = self.tool("onesixtyone", "-w", "1", "-c", self.lab.directory / "communities", "-i",
                          self.lab.directory / "hosts").stdout
        self.assertIn(f"{lab.AGENT_PUBLIC} [public]", found)
        self.assertNotIn("[secret]", found)

    def test_arping_burst(self):
        done = self.tool("arping", "-c", "200", "-W", "0.001", "-i", "asa0", lab.AGENT_PUBLIC)
        self.assertIn("200 packets transmitted, ", done.stdout)

    def test_hping3_udp_burst_of_nonsense(self):
        done = self.tool("hping3", "--udp", "-p", "161", "-d", "200", "-i", "u200", "-c", "2000", "-q", lab.AGENT_PUBLIC)
        self.assertIn("2000 packets transmitted", done.stderr)

    def test_hping3_syn_burst(self):
        done = self.tool("hping3", "-S", "-p", "++1", "-i", "u200", "-c", "2000", "-q", lab.AGENT_PUBLIC)
        self.assertIn("2000 packets transmitted", done.stderr)


if __name__ == "__main__":
    unittest.main()

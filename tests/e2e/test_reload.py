"""Policies that change under traffic: every frame meets exactly one of them, whole, and none is lost."""

import json
import socket
import struct
import sys
import threading
import time

import lab
from case import LabTest

FRAMES, PACE = 20000, 4000  # in all, and a second
MAPS = {"A": "172.20.10.0/24", "B": "172.21.10.0/24"}
BLOCKED_BY = {"A": "02:00:00:00:0a:0a", "B": "02:00:00:00:0b:0b"}
FREE = "02:00:00:00:0c:0c"
SENDERS = [*BLOCKED_BY.values(), FREE]

# Run in a namespace: `send` puts frames on an interface, `catch` prints what it sees of ours until SIGTERM.
HANDS = """
import socket, sys, time
interface = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3 if sys.argv[1] == "catch" else 0))
interface.bind((sys.argv[2], 3 if sys.argv[1] == "catch" else 0))
if sys.argv[1] == "catch":
    interface.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
    print("listening", flush=True)
    while True:
        frame, address = interface.recvfrom(2048)
        if address[2] != 4 and frame[6:10] == bytes.fromhex("02000000") and len(frame) > 100:
            sys.stdout.write(frame.hex() + "\\n")
            sys.stdout.flush()
frames = [bytes.fromhex(line) for line in open(sys.argv[3])]
begin = time.monotonic()
for number, frame in enumerate(frames):
    ahead = number / float(sys.argv[4]) - (time.monotonic() - begin)
    if ahead > 0.001:
        time.sleep(ahead)
    interface.send(frame)
"""


def tlv(tag, body):
    return bytes([tag, len(body)]) + body


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def response(number, sender):
    """An SNMP response of the inside host 10.1.10.5 with four IpAddress values, its number as request-id."""
    value = tlv(0x30, tlv(6, bytes.fromhex("2b06010201041401") + b"\1") + tlv(0x40, bytes([10, 1, 10, 5])))
    pdu = tlv(0xA2, tlv(2, struct.pack("!I", number)) + tlv(2, b"\0") + tlv(2, b"\0") + tlv(0x30, value * 4))
    message = tlv(0x30, tlv(2, b"\1") + tlv(4, b"public") + pdu)
    udp = struct.pack("!HHHH", 161, 40000 + number % 64, 8 + len(message), 0) + message
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number & 0xFFFF, 0, 64, 17, 0, bytes([10, 1, 10, 5]),
                       socket.inet_aton(lab.MANAGER))
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return bytes.fromhex("0200000000fe" + sender.replace(":", "") + "0800") + head + udp


def read(frame):
    """(number, sender, the five addresses that were translated)"""
    number_at = frame.index(tlv(4, b"public") + b"\xa2") + 8 + 2 + 2
    number = struct.unpack_from("!I", frame, number_at)[0]
    addresses = {frame[26:30]}
    at = frame.find(b"\x40\x04", number_at + 4)
    while at >= 0:
        addresses.add(frame[at + 2 : at + 6])
        at = frame.find(b"\x40\x04", at + 6)
    return number, frame[6:12].hex(":"), {socket.inet_ntoa(address) for address in addresses}


class Reload:
    config = {"mode": "prevent", "nat": {"headers": True}, "alerts": {"limit": {"count": 1}}}

    def write_policy(self, name):
        realm = {"name": "physics", "maps": [{"private": "10.1.10.0/24", "public": MAPS[name]}]}
        config = json.loads((self.lab.directory / "config.json").read_text())
        config |= {"realms": [realm], "blocklist": {"macs": [BLOCKED_BY[name]]}}
        (self.lab.directory / "config.json").write_text(json.dumps(config))

    def ask(self, command):
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(self.lab.directory / "control.sock"))
            control.sendall(json.dumps({"command": command, "arguments": {}}).encode() + b"\n")
            return json.loads(control.makefile().readline())

    def test_each_frame_fits_one_policy_and_none_is_lost(self):
        self.write_policy("A")
        self.assertTrue(self.ask("reload")["ok"])
        sent = [(number, SENDERS[number % len(SENDERS)]) for number in range(FRAMES)]
        path = self.lab.directory / "frames"
        path.write_text("".join(response(*frame).hex() + "\n" for frame in sent))
        for role, interface in (("outside", "asa0"), ("inside", "core0")):
            self.lab.ip(role, "link", "set", interface, "txqueuelen", "20000")
        catcher = self.lab.start("outside", "catcher", sys.executable, "-c", HANDS, "catch", "asa0")
        catcher.wait_output("listening")
        sender = self.lab.start("inside", "sender", sys.executable, "-c", HANDS, "send", "core0", path, PACE)

        reloads, done = 0, threading.Event()
        threading.Thread(target=lambda: (sender.popen.wait(), done.set()), daemon=True).start()
        while not done.is_set():
            self.write_policy("B" if reloads % 2 == 0 else "A")
            answer = self.ask("reload")
            self.assertTrue(answer["ok"], answer)
            reloads += 1
            time.sleep(0.01)
        time.sleep(1)
        self.assertEqual(sender.popen.returncode, 0, sender.errors())
        catcher.stop()
        for process in (sender, catcher):
            self.lab.processes.remove(process)
        stats = self.ask("stats")["result"]
        caught = [read(bytes.fromhex(line)) for line in catcher.output().splitlines()[1:]]
        self.judge(sent, caught, stats)
        print(f"{reloads} reloads under {FRAMES} frames", end=" ... ")
        self.assertGreater(reloads, 50)

    def judge(self, sent, caught, stats):
        whose = dict(sent)
        met = {"A": 0, "B": 0}
        for number, mac, addresses in caught:
            self.assertEqual(mac, whose[number])
            self.assertEqual(len(addresses), 1, f"frame {number} was translated by two policies: {addresses}")
            policy = "A" if addresses == {"172.20.10.5"} else "B" if addresses == {"172.21.10.5"} else None
            self.assertIsNotNone(policy, f"frame {number} was translated by none: {addresses}")
            self.assertNotEqual(mac, BLOCKED_BY[policy], f"frame {number} fits neither: {policy} blocks its sender")
            met[policy] += 1
        numbers = [number for number, _, _ in caught]
        self.assertEqual(len(numbers), len(set(numbers)), "a frame came twice")
        missing = set(whose) - set(numbers)
        self.assertEqual({whose[number] for number in missing}, set(BLOCKED_BY.values()), "a frame nobody blocks is lost")
        self.assertEqual(len(missing), stats["discarded"]["blocked_mac"])
        self.assertEqual(set(stats["discarded"]), {"blocked_mac"})
        self.assertGreater(min(met.values()), 0, met)


class ReloadFused(Reload, LabTest):
    layout = lab.FUSED


class ReloadSplit(Reload, LabTest):
    layout = lab.SPLIT

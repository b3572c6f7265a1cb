"""What tshark says of every frame of a capture, as far as a record tells it too. Nothing here knows snmpgate's code."""

import re
import subprocess

FIELDS = """frame.number frame.time_epoch frame.len frame.cap_len frame.protocols eth.dst eth.src eth.type eth.len
vlan.id vlan.etype ieee8021ad.id ieee8021ah.etype llc.type ip.src ip.dst ip.len ip.hdr_len
ip.flags.mf ip.frag_offset ipv6.src ipv6.dst ipv6.plen
ipv6.fraghdr.offset ipv6.fraghdr.more udp.srcport udp.dstport
arp.hw.type arp.proto.type arp.hw.size arp.proto.size arp.opcode arp.src.hw_mac arp.src.hw arp.src.proto_ipv4
arp.src.proto arp.dst.hw_mac arp.dst.hw arp.dst.proto_ipv4 arp.dst.proto arp.isgratuitous
snmp.version snmp.msgVersion snmp.msgID snmp.encryptedPDU snmp.data snmp.request_id snmp.error_status
snmp.variable_bindings snmp.value.ipv4 snmp.agent_addr _ws.malformed _ws.expert.group""".split()
# Defragmentation off: a record is of a frame. An IPv4 length of 0 is an error on a wire (tshark's default takes it for a
# frame that a network card has yet to cut up).
PREFERENCES = ["ip.defragment:FALSE", "ipv6.defragment:FALSE", "ip.tso_support:FALSE"]
SNMP_PORTS = {161, 162}
MALFORMED_GROUP = str(0x07000000)  # PI_MALFORMED

LINK = r"eth(?::ethertype|:vlan|:ieee8021ad|:llc)*"
ARP = re.compile(LINK + r":arp\b")
SNMP_IN_UDP = re.compile(LINK + r":(?:ip|ipv6(?::ipv6\.\w+|:ah)*):udp:snmp\b")
UDP = re.compile(LINK + r":(?:ip|ipv6(?::ipv6\.\w+|:ah)*):udp\b")
SNMP_ON_ETHERNET = re.compile(LINK + r":snmp\b")


class Dissected(dict):
    """One frame: field name → list of its values in order. `frame[name]` is the list, `first` its first, or None."""

    def __missing__(self, name):
        return []

    def first(self, name):
        return self[name][0] if self[name] else None

    def number(self, name, otherwise=None):
        return int(self.first(name), 0) if self[name] else otherwise

    @property
    def time(self):
        seconds, _, fraction = self.first("frame.time_epoch").partition(".")
        return int(seconds) * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)

    @property
    def tags(self):
        """802.1Q and 802.1ad VLAN ids, outer first."""
        queues = {"vlan": list(self["vlan.id"]), "ieee8021ad": list(self["ieee8021ad.id"])}
        order = [p for p in self.first("frame.protocols").split(":") if p in queues]
        return [int(queues[p].pop(0)) for p in order if queues[p]]

    @property
    def ethertype(self):
        """Behind tags and SNAP: what the innermost link layer says. (tshark gives an 802.1ad tag's type 802.1ah's name.)"""
        kind = self.number("eth.type", self.number("eth.len"))
        types = {"vlan": "vlan.etype", "ieee8021ad": "ieee8021ah.etype", "llc": "llc.type"}
        left = {layer: list(self[name]) for layer, name in types.items()}
        for layer in self.first("frame.protocols").split(":"):
            if left.get(layer):
                kind = int(left[layer].pop(0), 0)
        return kind

    @property
    def fragment(self):
        return any(v in ("1", "True") for v in self["ip.flags.mf"][:1] + self["ipv6.fraghdr.more"][:1]) or any(
            int(v) != 0 for v in self["ip.frag_offset"][:1] + self["ipv6.fraghdr.offset"][:1]
        )

    @property
    def malformed(self):
        return bool(self["_ws.malformed"]) or MALFORMED_GROUP in self["_ws.expert.group"]

    @property
    def is_arp(self):
        return bool(ARP.match(self.first("frame.protocols"))) and self.ethertype == 0x0806

    @property
    def is_snmp(self):
        """An outermost, unfragmented SNMP message over Ethernet, or over UDP between the ports that are SNMP's."""
        protocols = self.first("frame.protocols")
        if SNMP_ON_ETHERNET.match(protocols):
            return True
        return bool(SNMP_IN_UDP.match(protocols)) and self.is_for_snmp

    @property
    def is_for_snmp(self):
        """What must be an SNMP message, whether it is one or not: tshark shows no SNMP where a message's own length is
        beyond the packet."""
        if self.ethertype == 0x814C:
            return True
        ports = {self.number("udp.srcport"), self.number("udp.dstport")}
        return bool(UDP.match(self.first("frame.protocols"))) and not self.fragment and bool(ports & SNMP_PORTS)


def dissect(path):
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=/t", "-E", "aggregator=|"]
    for preference in PREFERENCES:
        command += ["-o", preference]
    for field in FIELDS:
        command += ["-e", field]
    lines = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=300).stdout.splitlines()
    frames = []
    for line in lines:
        values = line.split("\t")
        frames.append(Dissected((n, v.split("|")) for n, v in zip(FIELDS, values) if v != ""))
    return frames

"""What tools/quickstart shows, once everything is built. The namespaces and peers are those of the end-to-end tests."""

import json
import pathlib
import re
import shutil
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/e2e"))

import commented_json  # noqa: E402
import lab  # noqa: E402

PREFIX = "sg-"
DIRECTORY = pathlib.Path("/run/snmpgate-quickstart")
TABLES = {
    "ipAddrTable": (".1.3.6.1.2.1.4.20", ["ipAdEntAddr", "ipAdEntIfIndex", "ipAdEntNetMask", "ipAdEntBcastAddr"]),
    "tcpConnTable": (".1.3.6.1.2.1.6.13", ["tcpConnState", "tcpConnLocalAddress", "tcpConnLocalPort",
                                           "tcpConnRemAddress", "tcpConnRemPort"]),
    "udpTable": (".1.3.6.1.2.1.7.5", ["udpLocalAddress", "udpLocalPort"]),
}
OWN_ADDRESS = f".1.3.6.1.2.1.4.20.1.1.{lab.AGENT_PRIVATE}"
LINK_DOWN = ".1.3.6.1.6.3.1.1.5.3"


class NotShown(Exception):
    pass


def expect(condition, what):
    """Nothing is claimed here that was not seen to happen."""
    if not condition:
        raise NotShown(what)


def title(text):
    print(f"\n== {text}")


def campus_config():
    """The example campus, all seven departments. This link is untagged, so its first department names no VLAN."""
    config = commented_json.load(ROOT / "docs/campus.json")
    config["realms"][0].pop("vlans")
    return config | {"mode": "prevent", "nat": {"headers": True},
                     "records": {"directory": str(DIRECTORY / "records"), "also": ["icmp"]}}


def show_scene():
    title("The scene: one department of the example campus (docs/campus.json), the realm 'physics'")
    print(f"""
   manager {lab.MANAGER} --[asa0]-- snmpgate --[core0]-- agent   {lab.AGENT_PRIVATE}, outside {lab.AGENT_PUBLIC}
   (sg-outside)                    (sg-gate)         |    (sg-inside)   real snmpd
                                                     `-- blocked {lab.BLOCKED_PRIVATE}, MAC {lab.BLOCKED_MAC}
   10.1.10.0/24 <-> 172.20.10.0/24, in IP and ARP headers and inside SNMP.""")


def named(line):
    """A line of snmpwalk with its column's name for the OID: (name and instance, value)."""
    oid, value = line.split(" = ", 1)
    for root, columns in TABLES.values():
        match = re.match(rf"{re.escape(root)}\.1\.(\d+)(\..*)", oid)
        if match and int(match[1]) <= len(columns):
            return columns[int(match[1]) - 1] + match[2], value.split(": ", 1)[-1]
    return oid, value.split(": ", 1)[-1]


def show_walks(gate):
    title("1. The same walk, taken at the agent and taken through snmpgate")
    translated = 0
    for name, (root, _) in TABLES.items():
        direct, through = gate.walk_both(root)
        expect(direct, f"{name}: the agent answers")
        expect(through == [lab.translated_line(line) for line in direct],
               f"{name}: every IpAddress value translated, nothing else:\n" + "\n".join(direct + ["--"] + through))
        print(f"   {name:<46} {'at the agent':<16} through snmpgate")
        for line, other in zip(direct, through):
            if line == other and "IpAddress" not in line:
                continue
            (label, value), (_, seen) = named(line), named(other)
            translated += value != seen
            print(f"     {label:<44} {value:<16} {seen:<16}{' <- translated' if value != seen else ''}".rstrip())
        print(f"     and {sum('IpAddress' not in line for line in direct)} lines without an address, the same on both sides")
    expect(translated >= 3, "translated values in each table")
    print("   Masks and addresses outside the realm stay. Addresses that are part of a name (the instance, as in\n"
          "   ipAdEntAddr.10.1.10.5) stay private: that is the advanced ALG's work (RFC 2962, 4.2), not in this version.")


def show_traps(gate):
    title("2. Traps from inside, as the manager's snmptrapd prints them")
    receiver = gate.start_trap_receiver()
    gate.send_trap("1", ".1.3.6.1.4.1.8072.9999", OWN_ADDRESS)
    receiver.wait_output("Enterprise Specific Trap")
    gate.send_trap("2c", LINK_DOWN, OWN_ADDRESS)
    receiver.wait_output(f"OID: {LINK_DOWN}")
    print(f"   sent by the agent: v1 with agent-addr {lab.AGENT_PRIVATE}, then v2c; both with the value {lab.AGENT_PRIVATE}. Arrived:")
    lines = [line for line in receiver.output().splitlines() if line and "NET-SNMP" not in line]
    for line in lines:
        indent = "       " if line[0] in "\t." else "     "
        print(indent + line.strip().replace("\t", "\n       "))
    text = "\n".join(lines)
    expect(f"[{lab.AGENT_PUBLIC}] (via UDP: [{lab.AGENT_PUBLIC}]" in text, "the v1 trap's agent-addr translated")
    expect(text.count(f"IpAddress: {lab.AGENT_PUBLIC}") == 2, "both traps' values translated")
    expect(f"IpAddress: {lab.AGENT_PRIVATE}" not in text, "no private value outside")


def show_arp(gate):
    title(f"3. An ARP exchange: the manager asks for {lab.AGENT_PUBLIC} (arping), tcpdump on both sides")
    with gate.capture("outside", "asa0", "arp") as outside, gate.capture("inside", "core0", "arp") as inside:
        gate.run_in("outside", "arping", "-c", "1", "-i", "asa0", lab.AGENT_PUBLIC)
        for side, lines, agent in (("asa0,  outside", outside, lab.AGENT_PUBLIC), ("core0, inside", inside, lab.AGENT_PRIVATE)):
            lab.wait_for(lambda l=lines, a=agent: any(f"Reply {a} is-at" in line for line in l()), f"the ARP reply of {agent}")
            wanted = [line for line in lines() if agent in line]
            expect(any(f"who-has {agent}" in line for line in wanted), f"the request for {agent}")
            for line in wanted[:2]:
                print(f"   {side:<14} {line}")


def ctl(gate, *words):
    """snmpgatectl, and what it prints."""
    tool = lab.build_directory() / "tools/control/snmpgatectl"
    lines = lab.run([tool, "--socket", gate.directory / "control.sock", *words]).stdout.rstrip().splitlines()
    print(f"   $ snmpgatectl {' '.join(words)}")
    return lines


def show_control(gate):
    title("4. What the operator sees (snmpgatectl)")
    for command in ("status", "ports"):
        for line in ctl(gate, command):
            print(f"     {line}".rstrip())


def show_blocking(gate):
    title(f"5. A device is blocked ({lab.BLOCKED_MAC}, mode prevent), its neighbour is not")
    before = gate.ping(lab.MANAGER, role="blocked", count=2)
    print(f"   ping from {lab.BLOCKED_PRIVATE} to the manager:  {before} of 2 answered")
    expect(before == 2, "the device reaches the manager before it is blocked")
    for line in ctl(gate, "block", lab.BLOCKED_MAC):
        print(f"     {line}")
    allowed = gate.ping(lab.MANAGER, role="inside", count=2)
    blocked = gate.ping(lab.MANAGER, role="blocked", count=2, wait=1)
    from_outside = gate.ping(lab.BLOCKED_PUBLIC, count=2, wait=1)
    print(f"   ping from {lab.AGENT_PRIVATE} to the manager:   {allowed} of 2 answered\n"
          f"   ping from {lab.BLOCKED_PRIVATE} to the manager:  {blocked} of 2 answered\n"
          f"   ping from the manager to {lab.BLOCKED_PUBLIC}: {from_outside} of 2 answered")
    expect(allowed == 2, "the agent reaches the manager")
    expect(blocked == 0 and from_outside == 0, "the blocked device reaches nobody, and nobody it")
    for line in ctl(gate, "reasons"):
        print(f"     {line}")


def show_alert(gate):
    title("6. The alert (EVE JSON, as Suricata writes it)")
    eve = gate.directory / "eve.json"
    lines = lab.wait_for(lambda: [line for line in eve.read_text().splitlines() if lab.BLOCKED_MAC in line], "the alert")
    alert = json.loads(lines[0])
    print("   " + lines[0])
    expect((alert["alert"]["action"], alert["alert"]["signature"]) == ("blocked", "blocked_mac"), "an alert of the block")


def show_stats(status, stats):
    title("7. The books, printed by snmpgate when it was told to end (SIGTERM)")
    for key in ("received", "made", "sent", "translated", "discarded", "held", "absorbed", "balance"):
        print(f"   {key:<11} {json.dumps(stats[key])}")
    expect(status == 0, f"snmpgate ends with 0 (it was {status})")
    expect(stats["received"] > 0 and stats["balance"] == 0, "every frame accounted for")


def show_records(directory):
    title("8. The records of this minute (snmpgate-records dump)")
    files = sorted(directory.glob("*.rec"))
    expect(files, f"record files in {directory}")
    lines = lab.run([lab.build_directory() / "tools/records/snmpgate-records", "dump", *files]).stdout.splitlines()
    shown = [line for line in lines if "blocked_mac" in line][:1]
    for kind in ("arp", "snmp_v1", "snmp_v2c"):
        shown += [line for line in lines if re.search(rf"\b{kind}\b", line)][:2]
    for line in lines if len(lines) <= 12 else [line for line in lines if line in shown]:
        print(f"   {line}")
    print(f"   ... {len(lines)} lines in all")
    expect(any("blocked_mac" in line for line in lines), "a record of the blocked device")
    expect(len(shown) >= 5, "records of ARP and of SNMP v1 and v2c")


def say_what_to_try():
    title("It stays. To try, as root:")
    print(f"""   ip netns exec sg-outside snmpwalk -v2c -c public {lab.AGENT_PUBLIC} .1.3.6.1.2.1.4
   ip netns exec sg-outside tcpdump -ni asa0          and on the other side: ip netns exec sg-inside tcpdump -ni core0
   ip netns exec sg-outside ping {lab.AGENT_PUBLIC}
   ip netns exec sg-inside snmptrap -v2c -c public {lab.MANAGER} '' {LINK_DOWN} {OWN_ADDRESS} a {lab.AGENT_PRIVATE}
   tail -f {DIRECTORY}/snmptrapd.out         what arrives at the manager
   build/tools/control/snmpgatectl --socket {DIRECTORY}/control.sock status
   less {DIRECTORY}/config.json              its configuration
To end it, and to see its statistics and records:  sudo tools/quickstart --stop""")


def stop():
    """Ends what runs in our namespaces, whoever left it there; snmpgate first, for its statistics."""
    names = [PREFIX + role for role in lab.Lab.ROLES if PREFIX + role in lab.namespaces(PREFIX)]
    if not names and not DIRECTORY.exists():
        print("quickstart: nothing runs.")
        return
    lab.remove_namespaces(names)
    try:
        show_stats(0, json.loads((DIRECTORY / "snmpgate.out").read_text()))
        show_records(DIRECTORY / "records")
    except (OSError, ValueError):
        print("quickstart: no statistics were left.")
    finally:
        shutil.rmtree(DIRECTORY, ignore_errors=True)
    print("\nquickstart: ended, everything removed.")


def main():
    if sys.argv[1:] == ["--stop"]:
        return stop()
    stay = sys.argv[1:] == ["--stay"]
    reason = lab.why_not()
    expect(reason is None, reason)
    if {PREFIX + role for role in lab.Lab.ROLES} & set(lab.namespaces(PREFIX)):
        raise FileExistsError
    DIRECTORY.mkdir()
    gate = lab.Lab(campus_config(), DIRECTORY, PREFIX, layout=None)
    kept = False
    try:
        gate.build()
        show_scene()
        show_walks(gate)
        show_traps(gate)
        show_arp(gate)
        show_control(gate)
        show_blocking(gate)
        show_alert(gate)
        if stay:
            say_what_to_try()
            kept = True
            return
        show_stats(*gate.stop_gate())
        show_records(DIRECTORY / "records")
    finally:
        if not kept:
            gate.close()
    print("\nquickstart: all of it happened; everything removed. `--stay` leaves it running to try things out.")


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        main()
    except FileExistsError:
        sys.exit("quickstart: one runs already, or was killed. End it with: sudo tools/quickstart --stop")
    except (NotShown, lab.LabError) as error:
        sys.exit(f"\nquickstart: did NOT happen: {error}")
    except KeyboardInterrupt:
        sys.exit("\nquickstart: interrupted; everything removed.")

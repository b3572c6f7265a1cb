#!/usr/bin/python3
"""snmpgatectl against the real control server with canned answers, and against servers that misbehave.

  control_tool_test.py SNMPGATECTL CONTROL_CANNED COMPLETION.BASH [unittest's arguments]
"""

import grp
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

TOOL = CANNED = COMPLETION = ""

BOOKS = {"received": 58, "made": 0, "sent": 52, "translated": 52, "discarded": {"blocked_mac": 6},
         "would_discard": {"arp_spoof": 2}, "passed": {"blocked_mac": 1}, "held": 0, "in_flight": 0, "balance": 0}
ANSWERS = {
    "status": {"version": "0.1.0", "config": "/etc/a.json", "driver": "", "uptime_seconds": 187384, "mode": "prevent",
               "generation": 3, "layout": "split", "received": 1234567, "balance": -1,
               "lcores": [{"lcore": 1, "cpu": 0, "role": "rx", "rounds": 1000, "busy_rounds": 125, "sent": 12345678},
                          {"lcore": 2, "cpu": 1, "role": "worker", "rounds": 0, "busy_rounds": 0, "discarded": 7}],
               "memory": [{"what": "worker 0 state", "bytes": 1572864, "node": 0, "address": "0x100200000"}]},
    "stats": BOOKS | {"records": {"wanted": 58, "lost": 0}, "tolerated": {"trailing_bytes": 4},
                      "ports": {"external": BOOKS | {"protocols": {"1": {"snmp_v2c": 24}}, "nic": {"missed": 3}},
                                "internal": {"received": 0, "protocols": {"1": {"arp": 4}}}},
                      "workers": [BOOKS, BOOKS], "lcores": [{"lcore": 1, "rounds": 3, "busy_rounds": 1}]},
    "reasons": {"reasons": [{"name": "blocked_mac", "number": 7, "discarded": 61234, "would_discard": 0, "passed": 0},
                            {"name": "arp_spoof", "number": 12, "discarded": 0, "would_discard": 2, "passed": 0}]},
    "block": {"changed": ["10.1.1.5/32"], "unchanged": ["00:11:22:33:44:55"], "macs": 1, "prefixes": 2},
    "unblock": {"changed": ["10.1.1.5/32"], "unchanged": [], "macs": 1, "prefixes": 1},
    "blocks": {"macs": ["00:11:22:33:44:55", "00:11:22:33:44:66"], "prefixes": ["10.0.0.0/8", "2001:db8::/32"],
               "configured": {"macs": 1, "prefixes": 2},
               "runtime": [{"target": "00:11:22:33:44:66", "action": "block"},
                           {"target": "10.9.0.0/16", "action": "unblock"}]},
    "mode": {"mode": "prevent", "was": "monitor"},
    "reload": {"generation": 4, "was": 3, "warnings": ["alg.level: not in this version"]},
    "records": {"directory": "/var/lib/snmpgate/records", "file": "a.rec", "files": 1, "records": 12345, "lost": 0},
    "ports": {"ports": [{"port": "external", "device": "net_tap0,iface=asa0", "link": "up", "lowered": False,
                         "speed_mbps": 10000, "nic": {"missed": 0, "errors": 1}},
                        {"port": "internal", "device": "net_tap1", "link": "down", "lowered": True, "speed_mbps": 0,
                         "mtu": 1500}]},
}
COMMANDS = ["status", "stats", "reasons", "block", "unblock", "mode", "reload", "records", "ports"]


class Tool(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.path = self.folder / "control.sock"

    def ctl(self, *arguments, at=None):
        where = [] if at == "default" else ["--socket", at or self.path]
        return subprocess.run([TOOL, *where, *arguments], capture_output=True, text=True, timeout=60)

    def told(self, *arguments):
        done = self.ctl(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
        return done.stdout

    def refused(self, status, *arguments, at=None):
        done = self.ctl(*arguments, at=at)
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertTrue(done.stderr.startswith("snmpgatectl: ") and done.stderr.count("\n") == 1, done.stderr)
        return done.stderr.removeprefix("snmpgatectl: ").rstrip("\n")


class Served(Tool):
    """With the real server."""

    answers = ANSWERS

    def setUp(self):
        super().setUp()
        self.serve(self.answers)

    def serve(self, answers):
        file = self.folder / "answers.json"
        file.write_text(json.dumps(answers))
        server = subprocess.Popen([CANNED, self.path, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def stop():
            self.calls = [json.loads(line) for line in server.communicate(timeout=30)[0].splitlines()]
            self.assertEqual(server.returncode, 0)
        self.stop = stop
        self.addCleanup(lambda: server.stdin.closed or stop())
        self.assertEqual(server.stdout.readline(), "ready\n")

    def test_json_is_the_result_in_one_object(self):
        for command in COMMANDS:
            with self.subTest(command):
                target = ["10.1.1.5"] if command in ("block", "unblock") else []
                expected = json.dumps(ANSWERS[command])  # in the same order
                self.assertEqual(json.dumps(json.loads(self.told(command, "--json", *target))), expected)
                self.assertEqual(json.dumps(json.loads(self.told("--json", command, *target))), expected)

    def test_what_is_asked(self):
        for words in ("status", "reasons", "reasons --all", "block", "block --list", "block 10.1.1.5 00:11:22:33:44:55",
                      "unblock 10.0.0.0/8", "mode", "mode monitor", "reload"):
            self.told(*words.split())
        self.stop()
        self.assertEqual([(call["command"], call["arguments"]) for call in self.calls], [
            ("status", {}), ("reasons", {}), ("reasons", {"all": True}), ("blocks", {}), ("blocks", {}),
            ("block", {"targets": ["10.1.1.5", "00:11:22:33:44:55"]}), ("unblock", {"targets": ["10.0.0.0/8"]}),
            ("mode", {}), ("mode", {"mode": "monitor"}), ("reload", {})])

    def rows(self, *arguments):
        return [re.split(r"  +", line.strip()) for line in self.told(*arguments).splitlines()]

    def test_status(self):
        rows = self.rows("status")
        self.assertEqual(rows[0], ["snmpgate 0.1.0, mode prevent, up 2 d 04:03:04"])
        for row in (["config", "/etc/a.json"], ["driver", "-"], ["received", "1,234,567"], ["balance", "-1"],
                    ["lcore", "cpu", "role", "rounds", "busy rounds", "sent", "busy", "discarded"],
                    ["1", "0", "rx", "1,000", "125", "12,345,678", "12.5 %", "-"],
                    ["2", "1", "worker", "0", "0", "-", "0.0 %", "7"],
                    ["worker 0 state", "1.5 MB", "0", "0x100200000"]):
            self.assertIn(row, rows)

    def test_stats(self):
        rows = self.rows("stats")
        for row in (["all", "external", "internal"], ["received", "58", "58", "0"], ["sent", "52", "52", "-"],
                    ["discarded", "6", "6", "-"], ["protocols 1 snmp v2c", "-", "24", "-"],
                    ["protocols 1 arp", "-", "-", "4"], ["nic missed", "-", "3", "-"],
                    ["reason", "discarded", "would discard", "passed"],
                    ["blocked_mac", "6", "0", "1"], ["arp_spoof", "0", "2", "0"], ["trailing bytes", "4"],
                    ["1", "58", "0", "52", "52", "6", "2", "1", "0", "0", "0"], ["1", "3", "1", "33.3 %"]):
            self.assertIn(row, rows)

    def test_tables_are_aligned(self):
        head, *lines = self.told("reasons").splitlines()
        self.assertEqual(head.split(), "number name discarded would discard passed".split())
        end = head.index("discarded") + len("discarded")
        self.assertEqual([line[:end].split()[-1] for line in lines], ["61,234", "0"])
        self.assertEqual(len({line.index(name) for line, name in zip(lines, ["blocked_mac", "arp_spoof"])}), 1)

    def test_ports_stand_side_by_side(self):
        rows = self.rows("ports")
        for row in (["external", "internal"], ["device", "net_tap0,iface=asa0", "net_tap1"], ["lowered", "no", "yes"],
                    ["speed", "10 Gbit/s", "-"], ["nic errors", "1", "-"], ["mtu", "-", "1,500"]):
            self.assertIn(row, rows)

    def test_orders(self):
        self.assertEqual(self.told("block", "10.1.1.5"), "blocked 10.1.1.5/32\nwas blocked already: 00:11:22:33:44:55\n"
                                                         "blocked now: 1 MAC address, 2 prefixes\n")
        self.assertEqual(self.told("unblock", "10.1.1.5"),
                         "unblocked 10.1.1.5/32\nblocked now: 1 MAC address, 1 prefix\n")
        self.assertEqual(self.told("mode", "prevent"), "mode prevent, was monitor\n")
        self.assertEqual(self.told("reload"),
                         "reloaded: generation 4, was 3\nwarning: alg.level: not in this version\n")
        self.assertEqual(self.told("block").splitlines()[:4],
                         ["00:11:22:33:44:55", "00:11:22:33:44:66", "10.0.0.0/8", "2001:db8::/32"])
        self.assertIn("records    12,345\n", self.told("records"))

    def test_empty_answers_and_odd_ones_are_rendered_too(self):
        odd = [{}, {"new": [1, {"a": None}], "more": {"x": {"y": "\x1b[31mred\n"}}, "": ""}, {key: [] for key in BOOKS},
               {key: "text" for key in ("reasons", "ports", "lcores", "macs", "workers", "runtime", "changed")},
               {key: [{"a": 1}, 7, None] for key in ("reasons", "ports", "lcores", "workers", "runtime", "memory")},
               {"ports": {"external": 5}, "discarded": 7, "workers": {"a": 1}, "lcores": {"a": 1}, "reasons": None}]
        for answer in odd:
            self.stop()
            self.serve({command: answer for command in [*COMMANDS, "blocks"]})
            for command in COMMANDS:
                with self.subTest(command=command, answer=answer):
                    arguments = ["10.1.1.5"] if command == "unblock" else []
                    self.assertNotIn("\x1b", self.told(command, *arguments))
                    self.assertEqual(json.loads(self.told(command, "--json", *arguments)), answer)

    def test_refusal_of_the_gate(self):
        self.stop()
        self.serve({"block": {"refuse": "targets[1] = \"10.0.0.1/8\": has host bits; 10.0.0.0/8 would be right"}})
        self.assertEqual(self.refused(1, "block", "10.0.0.1/8", "--json"),
                         "targets[1] = \"10.0.0.1/8\": has host bits; 10.0.0.0/8 would be right")
        self.assertEqual(self.refused(1, "status"), 'unknown command "status". The commands are block')

    def test_request_longer_than_the_server_takes(self):
        self.assertIn("at most 65536 bytes", self.refused(1, "block", *["00:11:22:33:44:55"] * 25000))

    def test_reader_that_stops_reading(self):
        done = subprocess.run(["bash", "-c", f'set -o pipefail; "{TOOL}" --socket "{self.path}" stats | true; echo $?'],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stderr, "")

    # Completion.

    def complete(self, *words, breaks=" \t\n\"'><=;|&(:"):
        """What bash offers for the last word, with the words as readline hands them over."""
        quoted = " ".join("'" + word + "'" for word in words)
        script = f"""
            source '{COMPLETION}'
            COMP_WORDBREAKS=$1
            COMP_WORDS=({quoted})
            COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
            complete -p snmpgatectl >/dev/null || exit 1
            _snmpgatectl
            printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        done = subprocess.run(["bash", "--norc", "-c", script, "bash", breaks], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_completion_of_subcommands_and_options(self):
        listed = re.findall(r"^  (\w+) {2,}", self.told("--help").split("Subcommands:")[1], re.M)
        self.assertEqual(listed, COMMANDS)
        self.assertEqual(self.complete(TOOL, ""), COMMANDS)
        self.assertEqual(self.complete(TOOL, "st"), ["status", "stats"])
        self.assertEqual(self.complete(TOOL, "--"), ["--socket", "--json", "--help", "--version"])
        self.assertEqual(self.complete(TOOL, "--socket", "x", "--json", "mo"), ["mode"])
        self.assertEqual(self.complete(TOOL, "mode", ""), ["monitor", "prevent"])
        self.assertEqual(self.complete(TOOL, "mode", "p"), ["prevent"])
        self.assertEqual(self.complete(TOOL, "reasons", ""), ["--socket", "--json", "--help", "--all"])
        self.assertEqual(self.complete(TOOL, "block", "--l"), ["--list"])
        for command in COMMANDS:  # every option that is offered is one
            offered = self.complete(TOOL, command, "--")
            options = re.findall(r"^ .*?(--\w+)", self.told(command, "--help"), re.M)
            self.assertEqual(sorted(offered), sorted(set(options)), command)

    def test_completion_of_paths(self):
        self.assertEqual(self.complete(TOOL, "--socket", f"{self.folder}/con"), [str(self.path)])
        self.assertEqual(self.complete(TOOL, "--socket", "=", f"{self.folder}/con"), [str(self.path)])

    def test_completion_of_what_is_blocked(self):
        at = [TOOL, "--socket", str(self.path), "unblock"]
        blocked = ANSWERS["blocks"]["macs"] + ANSWERS["blocks"]["prefixes"]
        self.assertEqual(self.complete(*at, ""), blocked)
        self.assertEqual(self.complete(*at, "10"), ["10.0.0.0/8"])
        self.assertEqual(self.complete(*at, "10.0.0.0/8", "00"), blocked[:2])
        self.assertEqual(self.complete(TOOL, "--socket", "=", str(self.path), "unblock", "10"), ["10.0.0.0/8"])
        # Readline takes words apart at colons, and replaces what stands behind the last one only.
        self.assertEqual(self.complete(*at, "00", ":", "11", ":", "22"), ["22:33:44:55", "22:33:44:66"])
        self.assertEqual(self.complete(*at, "00", ":", "11", ":"), ["22:33:44:55", "22:33:44:66"])
        self.assertEqual(self.complete(*at, "2001", ":", "d"), ["db8::/32"])
        self.assertEqual(self.complete(*at, "00:11:22:33:44:5", breaks=" "), ["00:11:22:33:44:55"])

    def test_completion_without_a_gate(self):
        self.stop()
        self.assertEqual(self.complete(TOOL, "--socket", str(self.path), "unblock", "0"), [])


class Unreachable(Tool):
    def test_nothing_there(self):
        why = self.refused(1, "status")
        self.assertEqual(why, f"{self.path}: no snmpgate serves here; start it (snmpgate run --config FILE), or name the "
                              "control.socket of its configuration with --socket PATH")

    def test_the_default(self):
        if os.path.exists("/run/snmpgate/control.sock"):
            self.skipTest("an snmpgate runs on this machine")
        self.assertIn("/run/snmpgate/control.sock: no snmpgate serves here", self.refused(1, "status", at="default"))

    def test_socket_of_a_dead_process(self):
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(self.path))
        self.assertIn("the snmpgate that served here has ended; start it", self.refused(1, "status"))

    def test_no_socket(self):
        self.path.write_text("")
        self.assertIn("is no socket; give the control.socket", self.refused(1, "status"))
        self.assertIn("is no socket", self.refused(1, "status", at=self.folder))
        self.assertIn("too long", self.refused(1, "status", at="x" * 200))
        self.assertIn("no snmpgate serves here", self.refused(1, "status", at=self.path / "x"))

    def test_no_permission(self):
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(self.path))
            other.listen()
            self.path.chmod(0o000)
            if os.geteuid() == 0:
                self.folder.chmod(0o755)
                nobody = {"user": 65534, "group": 65534, "extra_groups": []}
            else:
                nobody = {}
            done = subprocess.run([TOOL, "--socket", self.path, "status"], capture_output=True, text=True, timeout=60,
                                  **nobody)
        group = grp.getgrgid(self.path.stat().st_gid).gr_name
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"you may not connect; use sudo, or become a member of the group {group}", done.stderr)

    def serve_once(self, behave):
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        server.bind(str(self.path))
        server.listen()

        def run():
            client, _ = server.accept()
            with client:
                behave(client)
        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)

    def test_server_that_never_answers(self):
        over = threading.Event()
        self.serve_once(lambda client: over.wait(60))
        self.addCleanup(over.set)
        self.assertIn("no answer within 5 s", self.refused(1, "status"))

    def test_server_that_closes(self):
        self.serve_once(lambda client: client.recv(4096))
        self.assertIn("closed without an answer", self.refused(1, "status"))

    def test_server_that_is_something_else(self):
        for answer in (b"220 smtp ready\r\n", b"[1]\n", b'{"ok": 1}\n', b'{"ok": true, "result"', b"\xff\xfe\n", b"\n"):
            with self.subTest(answer):
                self.path.unlink(missing_ok=True)
                self.serve_once(lambda client: (client.recv(4096), client.sendall(answer)))
                self.assertRegex(self.refused(1, "status"), "is no snmpgate|without an answer")

    def test_server_that_says_no_more(self):
        self.serve_once(lambda client: (client.recv(4096), client.sendall(b'{"ok": false}\n')))
        self.assertIn("does not say why", self.refused(1, "status"))


class CommandLine(Tool):
    def test_mistyped_words_name_the_cure(self):
        for words, meant in (("stauts", '"status"'), ("rec", '"records"'), ("MODE", '"mode"'), ("--jsn status", '"--json"'),
                             ("status --jsno", '"--json"'), ("reasons --al", '"--all"'), ("mode prevnt", '"prevent"')):
            with self.subTest(words):
                self.assertIn(f"did you mean {meant}?", self.refused(2, *words.split()))
        self.assertIn("The commands are " + ", ".join(COMMANDS), self.refused(2, "shutdown"))

    def test_what_is_missing_or_too_much(self):
        for words, why in (("", "--help"), ("unblock", "TARGET is required"), ("status x", '"x" is too much'),
                           ("block --list 10.1.1.5", "excludes"), ("mode monitor prevent", '"prevent" is too much'),
                           ("--socket", "1 required"), ("--socket=", "")):
            with self.subTest(words):
                done = subprocess.run([TOOL, *words.split()], capture_output=True, text=True, timeout=60)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(why, done.stderr)

    def test_words_of_any_bytes(self):
        done = subprocess.run([TOOL, b"sta\xff\x1b[31m"], capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertNotIn(b"\x1b", done.stderr)

    def test_help_and_version(self):
        for words in ("--help", "block --help", "--version"):
            done = subprocess.run([TOOL, *words.split()], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    TOOL, CANNED, COMPLETION = sys.argv[1:4]
    del sys.argv[1:4]
    unittest.main()

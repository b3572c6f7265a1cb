"""A gate between two network namespaces, with real peers: a manager outside, an SNMP agent inside.

    sg-outside                      sg-gate                    sg-inside              sg-blocked
    manager, trap receiver   asa0 ┤ snmpgate ├ core0           agent: snmpd           a second device
    172.30.0.10 ─────────────┘                 └────────────── 10.1.10.5 ──────────── 10.1.10.66 (macvlan on core0)

snmpgate makes both TAP interfaces in a namespace of its own; then they move to where they belong, so nothing of it is
seen in the machine's own network. What is here is shared by tools/quickstart and by the tests of this folder, whose
namespaces have another prefix: several labs may run at a time.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

import commented_json  # noqa: E402

# A driver file's "cores". Lcores may share a CPU, so that every layout runs on any machine.
CPUS = sorted(os.sched_getaffinity(0))
FUSED = {"layout": "fused", "workers": [CPUS[0]]}
SPLIT = {"layout": "split", "rx": [CPUS[0]], "workers": [CPUS[0], CPUS[-1]], "tx": [CPUS[-1]]}

MANAGER = "172.30.0.10"
AGENT_PRIVATE = "10.1.10.5"
AGENT_PUBLIC = "172.20.10.5"
BLOCKED_PRIVATE = "10.1.10.66"
BLOCKED_PUBLIC = "172.20.10.66"
BLOCKED_MAC = "02:00:00:00:00:66"

REALM = {"name": "physics", "maps": [{"private": "10.1.10.0/24", "public": "172.20.10.0/24"}]}
SETTABLE = ".1.3.6.1.4.1.8072.9999.9999.1"  # an IpAddress the agent lets a manager SET (net-snmp's playground arc)


def to_public(address):
    """What REALM's map makes of a private address; any other address stays."""
    return re.sub(r"^10\.1\.10\.", "172.20.10.", address)


def translated_line(line):
    """A line of snmpwalk as it has to arrive outside: an IpAddress value translated, the rest as it was."""
    return re.sub(r"IpAddress: (\S+)", lambda match: "IpAddress: " + to_public(match[1]), line)


class LabError(Exception):
    pass


def build_directory():
    return ROOT / os.environ.get("SNMPGATE_BUILD", "build")


def why_not():
    """Why no lab can be built here, or None."""
    if os.geteuid() != 0:
        return "not root: namespaces and TAP need it"
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "no /dev/net/tun (modprobe tun)"
    if not (build_directory() / "app/snmpgate").exists():
        return f"{build_directory() / 'app/snmpgate'} is not built"
    absent = [p for p in ("ip", "ethtool", "snmpd", "snmpget", "snmptrapd", "tcpdump", "ping", "arping")
              if not shutil.which(p)]
    if absent:
        return f"no {', '.join(absent)} (tools/setup)"
    return None


def wait_for(condition, what, seconds=10):
    """Polls until `condition` holds and returns its value; says what it waited for when it never does."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise LabError(f"waited {seconds} s for {what}")
        time.sleep(0.02)


class Process:
    """A program that runs beside us, its output in files."""

    def __init__(self, command, directory, name, env):
        self.name = name
        self.out = directory / f"{name}.out"
        self.err = directory / f"{name}.err"
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.popen = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env,
                                          start_new_session=True)

    def output(self):
        return self.out.read_text(errors="replace")

    def errors(self):
        return self.err.read_text(errors="replace")

    def wait_output(self, text, seconds=10):
        """Until `text` was printed, on either stream. A program that ended meanwhile will not print it any more."""
        def printed():
            ended = self.popen.poll() is not None
            if text in self.output() or text in self.errors():
                return True
            if ended:
                raise LabError(f"{self.name} ended ({self.popen.returncode}) before it said '{text}':\n"
                               f"{self.errors()}{self.output()}")
            return False
        wait_for(printed, f"'{text}' from {self.name}", seconds)

    def stop(self, number=signal.SIGTERM, seconds=10):
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise LabError(f"{self.name} did not end within {seconds} s; killed") from None


def run(command, check=True, seconds=30, env=None):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=seconds, env=env,
                          stdin=subprocess.DEVNULL, check=False)
    if check and done.returncode:
        raise LabError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def namespaces(prefix=""):
    return [line.split()[0] for line in run(["ip", "netns", "list"]).stdout.splitlines() if line.startswith(prefix)]


def remove_namespaces(names):
    """With whatever runs in them, asked to end in the order given."""
    def inside(name):
        return [int(pid) for pid in run(["ip", "netns", "pids", name]).stdout.split()]

    for name in names:
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in inside(name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            with contextlib.suppress(LabError):
                wait_for(lambda n=name: not inside(n), f"the end of what runs in {name}", 5)
                break
    for name in names:
        run(["ip", "netns", "delete", name], check=False)


def remove_namespaces_of_the_dead():
    """What a test run that was killed could not remove itself."""
    for name in namespaces("sgtest"):
        owner = re.match(r"sgtest(\d+)-", name)
        if owner and not os.path.exists(f"/proc/{owner[1]}"):
            remove_namespaces([name])


class Lab:
    """`with Lab(config) as lab:` — everything runs inside, nothing is left after."""

    ROLES = ("gate", "outside", "inside", "blocked")

    def __init__(self, config, directory=None, prefix=None, layout=FUSED, before_gate=()):
        """`layout`: the driver file's "cores", None for what snmpgate makes of this machine. `before_gate`: words in front of snmpgate's command line (strace...)."""
        self.layout = layout
        self.before_gate = before_gate
        self.prefix = prefix or f"sgtest{os.getpid()}-"
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="snmpgate-lab-"))
        # A section of `config` is added to what it is here, a key in it replaces ours.
        self.config = {"realms": [REALM]} | config
        for section, ours in {"records": {"directory": str(self.directory / "records")},
                              "alerts": {"eve": {"file": str(self.directory / "eve.json")}},
                              "control": {"socket": str(self.directory / "control.sock")}}.items():
            self.config[section] = ours | self.config.get(section, {})
        self.translates_headers = self.config.get("nat", {}).get("headers", False)
        # As the manager sees it: without header translation the NAT box would be outside, and there is none here.
        self.agent = AGENT_PUBLIC if self.translates_headers else AGENT_PRIVATE
        self.blocked = BLOCKED_PUBLIC if self.translates_headers else BLOCKED_PRIVATE
        # No configuration of this machine's net-snmp is read, none of its state written.
        self.env = os.environ | {"SNMPCONFPATH": str(self.directory), "SNMP_PERSISTENT_DIR": str(self.directory / "state"),
                                 "MIBS": "", "LC_ALL": "C"}
        self.processes = []
        self.gate = None
        self.namespaces = []

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    # Building and cleaning up

    def build(self):
        remove_namespaces_of_the_dead()
        for role in self.ROLES:
            run(["ip", "netns", "add", self.prefix + role])
            self.namespaces.append(self.prefix + role)
            self.ip(role, "link", "set", "lo", "up")
            # Neighbour discovery of IPv6 would only clutter captures and records.
            self.run_in(role, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
        self.start_gate()
        self.connect()
        self.start_agent()

    def start_gate(self):
        (self.directory / "config.json").write_text(json.dumps(self.config, indent=2))
        driver = commented_json.load(ROOT / "drivers-config/tap.json") | {"cores": self.layout or {}}
        (self.directory / "driver.json").write_text(json.dumps(driver, indent=2))
        self.gate = self.start("gate", "snmpgate", *self.before_gate, build_directory() / "app/snmpgate", "run", "--config",
                               self.directory / "config.json", "--driver", self.directory / "driver.json")
        self.gate.wait_output("snmpgate: ready", 20)

    def connect(self):
        toward_inside = "172.20.10.0/24" if self.translates_headers else "10.1.10.0/24"
        self.ip("gate", "link", "set", "asa0", "netns", self.prefix + "outside")
        self.ip("gate", "link", "set", "core0", "netns", self.prefix + "inside")
        self.plug("outside", "asa0", f"{MANAGER}/24", toward_inside)
        self.plug("inside", "core0", f"{AGENT_PRIVATE}/24", "172.30.0.0/24")
        self.ip("inside", "link", "add", "link", "core0", "name", "eth0", "netns", self.prefix + "blocked",
                "address", BLOCKED_MAC, "type", "macvlan", "mode", "bridge")
        self.plug("blocked", "eth0", f"{BLOCKED_PRIVATE}/24", "172.30.0.0/24")

    def plug(self, role, interface, address, on_link):
        # A checksum left for hardware to fill in would reach the gate wrong, and leave it as wrong as it came.
        self.run_in(role, "ethtool", "-K", interface, "tx", "off", "gso", "off", "tso", "off", "gro", "off", check=False)
        self.ip(role, "address", "add", address, "dev", interface)
        self.ip(role, "link", "set", interface, "up")
        self.ip(role, "route", "add", on_link, "dev", interface)

    def start_agent(self):
        store = self.directory / "settable"
        script = self.directory / "settable.sh"
        store.write_text(AGENT_PRIVATE)
        script.write_text(f'#!/bin/sh\n# net-snmp\'s "pass" protocol: -g OID, or -s OID TYPE VALUE\n'
                          f'[ "$2" = "{SETTABLE}.0" ] || exit 0\n'
                          f'[ "$1" = -s ] && echo "$4" > {store} && exit 0\n'
                          f'[ "$1" = -g ] && printf "%s\\nipaddress\\n%s\\n" "$2" "$(cat {store})"\n')
        script.chmod(0o755)
        (self.directory / "agent.conf").write_text(
            f"agentAddress udp:{AGENT_PRIVATE}:161,tcp:{AGENT_PRIVATE}:161\n"
            "rocommunity public\nrwcommunity private\n"
            "createUser plain\nrouser plain noauth\n"
            "createUser signer SHA signed-secret\nrouser signer auth\n"
            "sysName agent\nsysLocation physics\nsysContact nobody\n"
            f"pass {SETTABLE} {script}\n")
        agent = self.start("inside", "snmpd", "snmpd", "-f", "-Le", "-I", "-smux", "-C", "-c", self.directory / "agent.conf")
        agent.wait_output("NET-SNMP version")

    def start_trap_receiver(self):
        (self.directory / "receiver.conf").write_text("disableAuthorization yes\ndoNotLogTraps no\n")
        receiver = self.start("outside", "snmptrapd", "snmptrapd", "-f", "-Lo", "-n", "-On", "-C", "-c",
                              self.directory / "receiver.conf", f"udp:{MANAGER}:162")
        receiver.wait_output("NET-SNMP version")
        return receiver

    def send_trap(self, version, oid, address_oid, tool="snmptrap"):
        """From the agent's host to the manager, with one IpAddress value: the agent's own address."""
        head = [oid, AGENT_PRIVATE, "6", "17", ""] if version == "1" else ["", oid]
        self.run_in("inside", tool, "-v", version, "-c", "public", MANAGER, *head, address_oid, "a", AGENT_PRIVATE)

    def stop_gate(self):
        """SIGTERM; returns (exit status, the statistics printed at the end)."""
        status = self.gate.stop()
        self.processes.remove(self.gate)
        text = self.gate.output()
        try:
            return status, json.loads(text)
        except ValueError:
            raise LabError(f"snmpgate (exit {status}) printed no statistics:\n{text}{self.gate.errors()}") from None

    def close(self):
        for process in reversed(self.processes):
            with contextlib.suppress(LabError):
                process.stop(seconds=5)
        remove_namespaces(self.namespaces)
        shutil.rmtree(self.directory, ignore_errors=True)

    # Doing something in it

    def ip(self, role, *words):
        run(["ip", "-n", self.prefix + role, *words])

    def command(self, role, *words):
        return ["ip", "netns", "exec", self.prefix + role, *[str(word) for word in words]]

    def run_in(self, role, *words, check=True, seconds=30):
        return run(self.command(role, *words), check, seconds, self.env)

    def start(self, role, program, *words):
        process = Process(self.command(role, *words), self.directory, program, self.env)
        self.processes.append(process)
        return process

    def snmp(self, tool, *words, at=None, role="outside", version="2c", community="public", check=True):
        """One of net-snmp's manager tools; returns its output lines. Numeric OIDs, one retry."""
        credentials = ["-v", version] if version == "3" else ["-v", version, "-c", community]
        done = self.run_in(role, tool, *credentials, "-On", "-t", "2", "-r", "1",
                           *[at or self.agent if word == "AGENT" else word for word in words], check=check)
        return (done.stdout + ("" if check else done.stderr)).splitlines()

    def walk(self, oid, **keywords):
        return self.snmp("snmpwalk", "AGENT", oid, **keywords)

    def walk_directly(self, oid, **keywords):
        """Asked inside, at the agent itself: what it says before anybody translates."""
        return self.walk(oid, at=AGENT_PRIVATE, role="inside", **keywords)

    def walk_both(self, oid, **keywords):
        """A walk taken at the agent and one taken through the gate, of the same state of the agent: it renews its tables
        now and then, and would tell of the first walk's own socket from then on."""
        for _ in range(5):
            direct, through = self.walk_directly(oid, **keywords), self.walk(oid, **keywords)
            if direct == self.walk_directly(oid, **keywords):
                return direct, through
        raise LabError(f"what the agent says of {oid} changes all the time")

    @contextlib.contextmanager
    def capture(self, role, interface, expression):
        """tcpdump's lines while the body runs; it yields the growing list's reader."""
        label = f"tcpdump-{interface}"
        dump = self.start(role, label, "tcpdump", "--immediate-mode", "-l", "-nn", "-t", "-i", interface, expression)
        dump.wait_output("listening on")
        try:
            yield lambda: [line for line in dump.output().splitlines() if line]
        finally:
            dump.stop(signal.SIGINT)
            self.processes.remove(dump)

    @contextlib.contextmanager
    def capture_file(self, role, interface, expression):
        """The path of a pcap file, which holds every frame there was once the body has ended."""
        path, sizes = self.directory / f"{role}-{interface}.pcap", []
        dump = self.start(role, f"tcpdump-{role}-{interface}", "tcpdump", "--immediate-mode", "-U", "-B", "32768", "-n",
                          "-Z", "root", "-i", interface, "-w", path, expression)
        dump.wait_output("listening on")
        yield path

        def still():
            sizes.append(path.stat().st_size)
            return len(sizes) > 10 and sizes[-1] == sizes[-10]

        wait_for(still, "tcpdump to have written what it saw")
        dump.stop(signal.SIGINT)
        self.processes.remove(dump)
        counts = [int(re.search(rf"(\d+) packets? {what}", dump.errors())[1])
                  for what in ("captured", "received by filter", "dropped by kernel")]
        if counts[0] != counts[1] or counts[2]:
            raise LabError(f"tcpdump did not see everything: {dump.errors()}")

    def python(self, role, code, *words, seconds=20):
        """Runs a few lines of Python there; returns what they print."""
        return self.run_in(role, sys.executable, "-c", code, *words, seconds=seconds).stdout.strip()

    def ping(self, address, role="outside", count=1, size=56, wait=2):
        """How many replies came."""
        done = self.run_in(role, "ping", "-n", "-c", count, "-i", "0.2", "-W", wait, "-s", size, address, check=False)
        return sum("bytes from" in line for line in done.stdout.splitlines())

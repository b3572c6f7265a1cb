"""Names what stops a start of snmpgate, one line each, with the command that cures it.

`ok` stops nothing, `warn` does not stop the start asked about, `missing` does. Exit 0: that start would work; 1: it
would not. Without --driver the start asked about is the one on TAP, drivers-config/tap.json.
"""

import argparse
import fcntl
import glob
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys

import commented_json

ROOT = pathlib.Path(__file__).resolve().parents[1]
PCI = re.compile(r"^(?:([0-9a-f]{4}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$", re.IGNORECASE)
USER_SPACE_DRIVERS = {"vfio-pci", "uio_pci_generic", "igb_uio"}
KEEPS_KERNEL_DRIVER = {"0x15b3", "0x1414"}  # Mellanox/NVIDIA, Microsoft: their driver works beside the kernel's
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
CAP_NET_ADMIN, CAP_SYS_ADMIN = 12, 21
NEEDS_NO_ROOT = ("net_pcap", "net_null", "net_memif", "net_ring")
LIBRARY = {"net_virtio_user": "net_virtio"}  # where it is not called as the driver
AF_XDP = 44  # socket(2); Python 3.11 has no name for it

findings = []


def report(state, what, text, cure=None):
    findings.append(state)
    print(f"{state:<7}  {what:<11} {text}" + (f"   cure: {cure}" if cure else ""))


def read(path):
    try:
        return pathlib.Path(path).read_text().strip()
    except OSError:
        return ""


def cpu_list(text):
    """The kernel's list format: 0-3,8 → {0, 1, 2, 3, 8}."""
    numbers = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


def capable(capability):
    effective = re.search(r"^CapEff:\s*(\S+)", read("/proc/self/status"), re.MULTILINE)
    return effective is not None and bool(int(effective[1], 16) >> capability & 1)


def eal_value(eal, option):
    """Of `-m 512`, `-m512` or `--option=value`, the value."""
    for i, argument in enumerate(eal):
        if argument == option:
            return eal[i + 1] if i + 1 < len(eal) else None
        if argument.startswith(option + "="):
            return argument[len(option) + 1:]
    return None


def at(config, *keys, default):
    """config[key][key]..., or `default` where that is absent or of another type (`snmpgate check` tells about those)."""
    for key in keys:
        config = config.get(key) if isinstance(config, dict) else None
    return config if isinstance(config, type(default)) else default


def merge(under, over):
    """A key of `over` replaces that of `under`; sections are merged key by key."""
    both = under | over
    for key in under.keys() & over.keys():
        if isinstance(under[key], dict) and isinstance(over[key], dict):
            both[key] = merge(under[key], over[key])
    return both


def check_packages(program):
    done = subprocess.run([ROOT / "tools/setup", "--build", "--missing"], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        report("ok", "packages", "all installed")
    else:
        words = " ".join(done.stdout.split()) or done.stderr.strip()
        report("warn" if program.exists() else "missing", "packages", f"not installed: {words}", "sudo tools/setup")


def check_program(program):
    if not program.exists():
        report("missing", "program", f"{program.relative_to(ROOT)} is not built",
               "meson setup build && ninja -C build")
        return
    absent = re.findall(r"(\S+) => not found", subprocess.run(["ldd", program], capture_output=True, text=True,
                                                                check=False).stdout)
    if absent:
        report("missing", "program", f"its libraries are not here: {' '.join(absent)}", "sudo tools/setup")
    else:
        report("ok", "program", str(program.relative_to(ROOT)))


def check_config(program, arguments):
    if not arguments.config or not program.exists():
        return
    done = subprocess.run([program, "check", "--config", arguments.config, "--driver", arguments.driver],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        report("missing", "config", done.stderr.strip(), f"edit {arguments.config} as said")
    else:
        report("ok", "config", arguments.config)


def check_poll_mode_drivers(devices):
    wanted = {re.match(r"(net_[a-z_]*[a-z])", device)[1] for device in devices if device.startswith("net_")}
    directories = glob.glob("/usr/lib/*/dpdk/pmds-*")
    for name in sorted(wanted):
        library = LIBRARY.get(name, name)
        if any(glob.glob(f"{directory}/librte_{library}.so*") for directory in directories):
            report("ok", "driver", f"DPDK has {name}")
        else:
            report("missing", "driver", f"no librte_{library}.so below /usr/lib/*/dpdk", "sudo tools/setup --build")


def check_root(devices):
    if all(device.startswith(NEEDS_NO_ROOT) for device in devices):
        report("ok", "root", "not needed")
    elif capable(CAP_NET_ADMIN):
        report("ok", "root", "CAP_NET_ADMIN is held")
    else:
        report("missing", "root", "network devices need root (CAP_NET_ADMIN)", "sudo tools/doctor, and sudo for snmpgate too")


def check_tun(devices):
    if not any(device.startswith("net_tap") for device in devices):
        return
    if not os.path.exists("/dev/net/tun"):
        report("missing", "tun", "no /dev/net/tun",
               "sudo modprobe tun   (in a container: docker run --device /dev/net/tun --cap-add NET_ADMIN ...)")
        return
    try:
        with open("/dev/net/tun", "r+b", buffering=0) as tun:
            # The kernel picks the number behind the name; the interface goes with the descriptor.
            fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"sgdoctor%d", IFF_TAP | IFF_NO_PI))
        report("ok", "tun", "/dev/net/tun makes TAP interfaces")
    except PermissionError as error:
        cure = "run as root: sudo" if os.geteuid() else "in a container: docker run --device /dev/net/tun --cap-add NET_ADMIN ..."
        report("missing", "tun", f"/dev/net/tun: {error.strerror}", cure)
    except OSError as error:
        report("missing", "tun", f"/dev/net/tun: {error.strerror}", "sudo modprobe tun")


def arguments_of(device):
    """net_pcap0,rx_pcap=a,rx_pcap=b → [("rx_pcap", "a"), ("rx_pcap", "b")]"""
    return [(name, value) for name, _, value in (word.partition("=") for word in device.split(",")[1:])]


def check_interfaces(devices):
    interfaces = {name for _, name in socket.if_nameindex()}
    for device in devices:
        named = [value for name, value in arguments_of(device) if name in ("iface", "rx_iface", "rx_iface_in", "tx_iface")]
        if device.startswith("net_tap"):
            for name in interfaces.intersection(named):
                report("missing", "interface", f"{name} is there already: an snmpgate runs, or something else has the name",
                       f"end it, or: sudo ip link delete {name}")
        elif device.startswith(("net_af_", "net_pcap")):
            for name in named or ([""] if device.startswith("net_af_") else []):
                if name in interfaces:
                    report("ok", "interface", name)
                else:
                    report("missing", "interface", f"no interface '{name}' ({device})", "ip -brief link   shows what there is")


def check_af_xdp(devices):
    mine = [device for device in devices if device.startswith("net_af_xdp")]
    if not mine:
        return
    try:
        socket.socket(AF_XDP, socket.SOCK_RAW).close()
        report("ok", "AF_XDP", "the kernel has it")
    except PermissionError:
        report("missing", "AF_XDP", "needs root", "sudo")
    except OSError as error:
        report("missing", "AF_XDP", f"{error.strerror}: not in this kernel (CONFIG_XDP_SOCKETS)", "net_af_packet instead")
    for device in mine:
        given = dict(arguments_of(device))
        name, served = given.get("iface", ""), given.get("queue_count", "1")
        there = len(glob.glob(f"/sys/class/net/{name}/queues/rx-*")) if name else 0
        if there and str(there) != served:
            report("missing", "AF_XDP", f"{name} has {there} receive queues, {served} would be served",
                   f"sudo ethtool -L {name} combined {served}")


def check_captures(devices):
    for device in devices:
        if not device.startswith("net_pcap"):
            continue
        for name, value in arguments_of(device):
            folder = os.path.dirname(value) or "."
            if name == "rx_pcap" and not os.access(value, os.R_OK):
                report("missing", "capture", f"{value} cannot be read", f"tcpdump -w {value} makes one; it is looked for from here")
            elif name == "tx_pcap" and not os.access(folder, os.W_OK):
                report("missing", "capture", f"{value} cannot be written", f"mkdir -p {folder}")
            elif name in ("rx_pcap", "tx_pcap"):
                report("ok", "capture", value)


def check_memory(eal):
    meminfo = {key: int(value) for key, value in re.findall(r"^(\w+):\s+(\d+)", read("/proc/meminfo"), re.MULTILINE)}
    total, free = meminfo.get("HugePages_Total", 0), meminfo.get("HugePages_Free", 0)
    reserve = "sudo sysctl -w vm.nr_hugepages=512   (1 GB in pages of 2 MB)"
    if "--no-huge" in eal:
        value = eal_value(eal, "-m") or ""
        needed = int(value) if value.isdigit() else 64  # EAL's default
        if meminfo.get("MemAvailable", 0) // 1024 < needed:
            report("missing", "memory", f"-m {needed} MB wanted, {meminfo.get('MemAvailable', 0) // 1024} MB available",
                   "end something, or a smaller -m in the driver file's \"eal\"")
        else:
            report("ok", "memory", f"{needed} MB of ordinary memory (--no-huge)")
        if total == 0:
            report("warn", "hugepages", "none reserved; --no-huge does without, slower", reserve)
        return
    if free == 0:
        report("missing", "hugepages", f"{total} reserved, none free" if total else "none reserved",
               f"{reserve}; or do without: --driver drivers-config/tap.json has --no-huge")
    else:
        report("ok", "hugepages", f"{free} of {total} free")
    if "--in-memory" not in eal and " hugetlbfs " not in read("/proc/mounts"):
        report("missing", "hugepages", "hugetlbfs is not mounted",
               "sudo mkdir -p /dev/hugepages && sudo mount -t hugetlbfs nodev /dev/hugepages; or --in-memory in \"eal\"")
    for node in sorted(glob.glob("/sys/devices/system/node/node[0-9]*")):
        pages = [read(path) for path in glob.glob(f"{node}/hugepages/*/free_hugepages")]
        if free and pages and all(count == "0" for count in pages):
            name = os.path.basename(node)
            report("warn", "NUMA", f"no free hugepages on {name}; a core there would use another node's",
                   f"echo 512 | sudo tee {node}/hugepages/hugepages-2048kB/nr_hugepages")


def may_run_on(cpu):
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {cpu})
    except OSError:
        return False
    os.sched_setaffinity(0, before)
    return True


def check_cores(wanted):
    usable = {cpu for cpu in cpu_list(read("/sys/devices/system/cpu/online")) if may_run_on(cpu)}
    for cpu in sorted(wanted - usable):
        report("missing", "cores", f"CPU {cpu} is not there, or kept from us; usable: {', '.join(map(str, sorted(usable)))}",
               "name usable CPUs under \"cores\" in the driver file")
    if wanted and wanted <= usable:
        report("ok", "cores", f"CPU {', '.join(map(str, sorted(wanted)))} of {len(usable)}")
    if len(usable) == 1:
        report("warn", "cores", "one CPU only: snmpgate shares it with everything else, expect low rates",
               "give the machine a second CPU")


def check_pci(device, wanted_cpus, eal):
    match = PCI.match(device.partition(",")[0])
    if not match:
        return
    address = f"{match[1] or '0000'}:{match[2]}"
    path = pathlib.Path("/sys/bus/pci/devices") / address
    if "--no-pci" in eal:
        report("missing", "NIC", f"{address}: EAL is told --no-pci", "take --no-pci out of the driver file's \"eal\"")
    if not path.exists():
        report("missing", "NIC", f"{address} is not there", "dpdk-devbind.py --status-dev net   shows what is")
        return
    driver = (path / "driver").resolve().name if (path / "driver").exists() else None
    if read(path / "vendor") in KEEPS_KERNEL_DRIVER and not driver:
        report("missing", "NIC", f"{address} is bound to no driver; it works beside the kernel's", "sudo modprobe mlx5_core")
    elif read(path / "vendor") in KEEPS_KERNEL_DRIVER:
        report("ok", "NIC", f"{address} works beside the kernel's driver ({driver})")
    elif driver in USER_SPACE_DRIVERS:
        report("ok", "NIC", f"{address} is bound to {driver}")
    else:
        held = ", ".join(sorted(entry.name for pattern in ("net/*", "virtio*/net/*") for entry in path.glob(pattern)))
        report("missing", "NIC", f"{address} is bound to {driver or 'no driver'}" + (f" as {held}" if held else ""),
               f"sudo modprobe vfio-pci && sudo dpdk-devbind.py --bind=vfio-pci {address}")
        if not glob.glob("/sys/kernel/iommu_groups/*"):
            report("warn", "NIC", "no IOMMU: vfio-pci refuses the device",
                   "boot with intel_iommu=on (or amd_iommu=on) iommu=pt; without an IOMMU: "
                   "echo 1 | sudo tee /sys/module/vfio/parameters/enable_unsafe_noiommu_mode")
    node = read(path / "numa_node")
    if node not in ("", "-1"):
        near = cpu_list(read(f"/sys/devices/system/node/node{node}/cpulist"))
        if wanted_cpus - near:
            report("warn", "NUMA", f"{address} is on node {node}, CPU {sorted(wanted_cpus - near)} not",
                   f"name CPUs of node {node} under \"cores\": {sorted(near)}")


def check_other_primary(eal):
    """Without a prefix of its own a second DPDK program is taken for the first one's secondary, and refused."""
    if {"--no-shconf", "--in-memory"} & set(eal):
        return
    path = f"/var/run/dpdk/{eal_value(eal, '--file-prefix') or 'rte'}/config"
    try:
        with open(path, "r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        report("missing", "EAL", f"another DPDK program holds {path}", "add \"--file-prefix=snmpgate\" to \"eal\"")
    except OSError:
        pass


def check_directories(config):
    records = at(config, "records", "directory", default="/var/lib/snmpgate/records")
    eve = at(config, "alerts", "eve", "file", default="/var/log/snmpgate/eve.json")
    for key, path in (("records", records), ("alerts", os.path.dirname(eve))):
        there = pathlib.Path(path or ".")
        while not os.path.exists(there):  # also where this user may not look
            there = there.parent
        if not os.access(there, os.W_OK):
            report("missing", key, f"{path} cannot be written by this user", f"sudo install -d -o $USER {path}; or run as root")
        else:
            report("ok", key, str(path))


def check_namespaces():
    if not capable(CAP_SYS_ADMIN):
        report("warn", "namespaces", "not as this user; the quickstart and the end-to-end tests need them", "sudo")
    elif subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode:
        report("warn", "namespaces", "the kernel makes none; the quickstart and the end-to-end tests need them",
               "in a container: docker run --privileged ...")
    else:
        report("ok", "namespaces", "can be made (quickstart, end-to-end tests)")


def main():
    parser = argparse.ArgumentParser(prog="tools/doctor", description=__doc__.splitlines()[0])
    parser.add_argument("--config", help="the configuration to start with")
    parser.add_argument("--driver", default=str(ROOT / "drivers-config/tap.json"), help="ports, cores and eal")
    arguments = parser.parse_args()
    config, readable, program = {}, True, ROOT / "build/app/snmpgate"
    for path in filter(None, (arguments.driver, arguments.config)):  # the driver file is merged under the configuration
        try:
            config = merge(config, commented_json.load(path))
        except (OSError, ValueError, AttributeError) as error:
            report("missing", "config", f"{path}: {error}", f"edit {path}, or name another file")
            readable = False
    devices = []
    for side in ("external", "internal"):
        if device := at(config, "ports", side, "device", default=""):
            devices.append(device)
        elif readable:
            report("missing", "ports", f"ports.{side}.device is not given", "--driver drivers-config/tap.json")
    eal = [argument for argument in at(config, "eal", default=[]) if isinstance(argument, str)]
    cpus = {cpu for key in ("rx", "workers", "tx") for cpu in at(config, "cores", key, default=[]) if isinstance(cpu, int)}

    check_packages(program)
    check_program(program)
    if readable:
        check_config(program, arguments)
    check_poll_mode_drivers(devices)
    check_root(devices)
    check_tun(devices)
    check_interfaces(devices)
    check_af_xdp(devices)
    check_captures(devices)
    check_memory(eal)
    check_cores(cpus)
    for device in devices:
        check_pci(device, cpus, eal)
    check_other_primary(eal)
    check_directories(config)
    check_namespaces()
    return 1 if "missing" in findings else 0


if __name__ == "__main__":
    sys.exit(main())

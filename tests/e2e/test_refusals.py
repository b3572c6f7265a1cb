"""What a newcomer mistypes or lacks gets one line with the key, the device and the cure, before anything starts."""

import pathlib
import subprocess
import unittest

import drivers
import lab


class Refusals(drivers.Alone):
    """Each in network and mount namespaces of its own."""

    def setUp(self):
        if reason := lab.why_not():
            self.skipTest(reason)
        super().setUp()

    def refused(self, external, *words, eal=None, prepare="true", **more):
        driver = {"ports": drivers.ports(external, "net_null1", **more), "eal": drivers.driver_file("tap")["eal"] if eal is None else eal}
        done = subprocess.run(["unshare", "--net", "--mount", "sh", "-ec", f'{prepare}; exec "$@"', "sh", *self.command(driver)],
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertIn(done.returncode, (1, 2), done.stderr)
        told = done.stderr.splitlines()[-1]
        self.assertTrue(told.startswith("snmpgate: "), done.stderr)
        for word in words:
            self.assertIn(word, told)

    def test_mistyped(self):
        self.refused("net_tpa0,iface=asa0", 'ports.external.device = "net_tpa0,iface=asa0"', "no such virtual device", "net_tap0")
        self.refused("net_tap0,ifcae=asa0", "unknown argument ifcae", "iface")
        self.refused("net_tap0,iface=longer_than_the_kernel_takes", "at most 15 letters")
        self.refused("65:00", "a PCI address")
        self.refused("asa", '"net_tap0,iface=asa0"')

    def test_interfaces(self):
        self.refused("net_af_packet0", 'write "net_af_packet0,iface=NAME"')
        for driver in ("net_af_packet0", "net_af_xdp0"):
            self.refused(f"{driver},iface=nowhere0", "no interface nowhere0", "ip -brief link")
        self.refused("lo", 'write "net_af_packet0,iface=lo"')
        self.refused("net_tap0,iface=sgt0", "sgt0 already", prepare="ip link add sgt0 type bridge")

    def test_captures(self):
        self.refused("net_pcap0,rx_pcap=/nowhere/in.pcap", "rx_pcap=/nowhere/in.pcap", "No such file")
        self.refused("net_pcap0,tx_pcap=/nowhere/out.pcap", "`mkdir -p /nowhere`")
        self.refused("net_pcap0", "rx_pcap=IN.pcap")

    def test_queues_that_nobody_serves(self):
        self.refused("net_af_packet0,iface=lo,qpairs=2", "has 2 queues, 1 queue served", 'write "net_af_packet0,iface=lo,qpairs=1"')
        self.refused("net_af_xdp0,iface=sgt0", "2 receive queues, and 1", "sudo ethtool -L sgt0 combined 1",
                     prepare="mount -t sysfs none /sys; ip link add sgt0 numrxqueues 2 type veth peer name sgt1")
        drivers.write_pcap(self.directory / "a", [])
        self.refused(f"net_pcap0,rx_pcap={self.directory}/a,rx_pcap={self.directory}/a", "once each")

    def test_mtu(self):
        self.refused("net_tap0,iface=sgt0", "ports.mtu = 9000", "net_tap", "to 1504", mtu=9000)
        self.refused("net_af_packet0,iface=lo", "ports.mtu = 9000", "to 1500", mtu=9000)
        if drivers.why_no_af_xdp() is None:
            self.refused("net_af_xdp0,iface=sgt0", "ports.mtu = 1775", "to 1774", mtu=1775,
                         prepare="ip link add sgt0 type veth peer name sgt1")

    def test_nics(self):
        def there(vendor, driver):
            path = "/sys/bus/pci/devices/0000:65:00.0"
            return (f"mount -t tmpfs none /sys/bus; mkdir -p {path} /sys/bus/pci/drivers/{driver}; echo {vendor} > {path}/vendor;"
                    f"ln -s ../../drivers/{driver} {path}/driver")

        eal = ["--no-huge", "--no-shconf", "-m", "512"]
        self.refused("0000:65:00.0", "--no-pci")
        self.refused("0000:65:00.0", "dpdk-devbind.py --status-dev net", eal=eal, prepare="mount -t tmpfs none /sys/bus")
        for address in ("0000:65:00.0", "65:00.0"):
            self.refused(address, "is bound to ixgbe", "dpdk-devbind.py --bind=vfio-pci 0000:65:00.0", eal=eal,
                         prepare=there("0x8086", "ixgbe"))
        # These pass; what is not really there is then not found by DPDK.
        self.refused("65:00.0", "was not found by DPDK", eal=eal, prepare=there("0x8086", "vfio-pci"))
        self.refused("65:00.0", "was not found by DPDK", eal=eal, prepare=there("0x15b3", "mlx5_core"))

    def test_memory(self):
        self.refused("net_null0", "-m 8", "give -m", eal=["--no-huge", "--no-shconf", "--no-pci", "-m", "8"])
        self.refused("net_null0", "give -m", eal=["--no-huge", "--no-shconf", "--no-pci", "-m8"])
        if "HugePages_Free:        0\n" in pathlib.Path("/proc/meminfo").read_text():
            self.refused("net_null0", "sudo sysctl vm.nr_hugepages=", "--no-huge", eal=["--in-memory", "--no-pci"])


if __name__ == "__main__":
    unittest.main()

"""The project's own captures: beside what holds for any, what each was made for."""

import pathlib
import tempfile
import unittest

import gate
import pcapfile
import records
from cases import Captures
from gate import Run
from translate_oracle import Realm, translate
from translation import Translation

HERE = pathlib.Path(__file__).resolve().parent


class Own(Captures, Translation, unittest.TestCase):
    directory = HERE / "captures"

    def path(self, name):
        return self.directory / f"{name}.pcap"

    def test_captures_are_what_craft_makes(self):
        try:
            import craft
        except ImportError as error:
            self.skipTest(f"{error}: needs python3-scapy")
        with tempfile.TemporaryDirectory() as directory:
            craft.main(directory)
            made = {p.name: p.read_bytes() for p in pathlib.Path(directory).iterdir()}
        kept = {p.name: p.read_bytes() for p in self.directory.iterdir()}
        self.assertEqual(made.keys(), kept.keys())
        self.assertEqual([name for name in made if made[name] != kept[name]], [])

    def test_rfc_2962_vector(self):
        config = {"realms": [Realm("rfc", [("192.180.0.0/16", "135.180.0.0/16")]).config()], "alg": {"level": "basic"}}
        frame = pcapfile.read(self.path("rfc2962_v2")).frames[0].data
        left = Run({"internal": self.path("rfc2962_v2")}, config).frames("external")[0].data
        self.assertEqual((frame[40:42].hex(), left[40:42].hex()), ("d365", "0c66"))
        self.assertEqual((frame[-4:], left[-4:]), (bytes([192, 180, 140, 202]), bytes([135, 180, 140, 202])))
        self.assertEqual(frame[:40] + frame[42:-4], left[:40] + left[42:-4])

    def test_inverse_where_two_realms_share_a_vlan(self):
        realms = [Realm("low", [("10.0.0.0/9", "100.0.0.0/9")]), Realm("high", [("10.128.0.0/9", "100.128.0.0/9")])]
        translated = 0
        for name in ("snmp_v1", "snmp_v2c", "snmp_carriers", "arp_opcodes", "icmp"):
            for headers in (False, True):
                config = {"realms": [realm.config() for realm in realms], "nat": {"headers": headers}}
                there = Run({"internal": self.path(name)}, config)
                back = Run({"external": there.path("external")}, config)
                translated += there.stats["addresses_translated"]
                self.assertEqual(back.stats["addresses_translated"], there.stats["addresses_translated"], name)
                self.assertEqual([f.data for f in back.frames("internal")],
                                 [f.data for f in pcapfile.read(self.path(name)).frames], name)
        self.assertGreater(translated, 50)

    def test_a_computed_checksum_of_0_is_sent_as_ffff(self):
        realms = [Realm("all", [("10.1.0.0/16", "172.20.0.0/16")])]
        run = Run({"internal": self.path("checksum_zero")}, {"realms": [realms[0].config()], "alg": {"level": "basic"}})
        frames, left = pcapfile.read(self.path("checksum_zero")).frames, run.frames("external")
        self.assertEqual([left[0].data[40:42], frames[1].data[40:42]], [b"\xff\xff"] * 2)
        for frame, got in zip(frames, left):
            self.assertEqual(translate(frame.data, frame.wire, realms, "internal").data.hex(), got.data.hex())

    def test_realms_by_vlan_and_by_inside_address(self):
        realms = [
            Realm("ten", [("10.1.0.0/16", "172.20.0.0/16")], [10]),
            Realm("twenty", [("10.1.0.0/16", "172.21.0.0/16")], [20]),
            Realm("thirty", [("10.1.0.0/16", "172.22.0.0/16")], [30, 31]),
            Realm("thirty_one", [("10.9.0.0/16", "172.23.0.0/16")], [30]),
            Realm("untagged", [("10.9.0.0/16", "172.24.0.0/16"), ("10.1.255.254/32", "172.25.0.1/32")]),
        ]
        frames = pcapfile.read(self.path("realms")).frames
        for headers in (False, True):
            with self.subTest(headers=headers):
                config = {"realms": [r.config() for r in realms], "nat": {"headers": headers}, "alg": {"level": "basic"}}
                run = Run({"internal": self.path("realms")}, config)
                found = self.only_worker(run)
                self.assertEqual(len(found), len(frames))
                left = run.frames("external")
                used = set()
                for frame, got, record in zip(frames, left, found):
                    want = translate(frame.data, frame.wire, realms, "internal", headers)
                    used.add(want.realm)
                    self.assertEqual(want.data.hex(), got.data.hex())
                    self.assertEqual((record.data[60] >> 4, record.data[59]), (want.realm, want.addresses))
                self.assertEqual(used, {1, 2, 3, 5})

    def test_a_pair_has_one_worker_and_no_worker_is_idle(self):
        paths = {side: self.path(f"pairs.{side}") for side in gate.SIDES}
        self.check_steering(paths, {})

    def test_a_located_pair_has_one_worker(self):
        """Where headers are translated, the inside host has another address on either side."""
        realms = [Realm("all", [("10.1.0.0/16", "172.20.0.0/16")])]
        outside = pcapfile.read(self.path("pairs.external")).frames
        outside = [f._replace(data=translate(f.data, f.wire, realms, "internal", True).data) for f in outside]
        path = pathlib.Path(self.temporary.name) / "located.pcap"
        pcapfile.write(path, outside, unit=1)
        paths = {"internal": self.path("pairs.internal"), "external": path}
        self.check_steering(paths, {"realms": [r.config() for r in realms], "nat": {"headers": True}}, realms[0])

    def check_steering(self, paths, config, realm=None):
        also = [p for p in records.PROTOCOLS if p != "arp" and not p.startswith("snmp")]  # those always are
        config = config | {"records": {"also": also}}
        frames = sorted((f for p in paths.values() for f in pcapfile.read(p).frames), key=lambda f: f.time)
        for workers in (2, 4, 7):
            with self.subTest(workers=workers):
                run = Run(paths, config, workers)
                received = [w["received"] for w in run.stats["workers"]]
                self.assertEqual(sum(received), len(frames))
                self.assertGreater(min(received), 0)
                found = sorted((r for own in run.records().values() for r in own), key=lambda r: r.time)
                self.assertEqual(len(found), len(frames))
                workers_of = {}
                for frame, record in zip(frames, found):
                    self.assertLessEqual(record.time, frame.time)
                    self.assertLess(frame.time, record.time + record.tick)
                    workers_of.setdefault(conversation(frame.data, realm), set()).add(record.worker)
                self.assertEqual({key: w for key, w in workers_of.items() if len(w) > 1}, {})
                self.assertEqual(len(workers_of), 400)  # 200 pairs, and the TCP connection of each


def conversation(data, realm):
    """What must stay on one worker: a TCP connection; of all else, fragments too, the pair of hosts."""
    private = lambda a: realm and realm.image(a, "external") or a
    ends = frozenset(private(data[at : at + 4]) for at in (26, 30))
    whole = int.from_bytes(data[20:22], "big") & 0x3FFF == 0
    return (ends, frozenset([data[34:36], data[36:38]])) if data[23] == 6 and whole else ends

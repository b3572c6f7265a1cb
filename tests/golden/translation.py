"""What holds for any folder of captures behind realms made from the addresses in it."""

import contextlib
import sys

import gate
import records
from cases import START, STEP
from gate import Run, opposite
from translate_oracle import Frame, Malformed, Realm, translate


class Translation:
    """To be mixed into Captures."""

    def test_values_are_translated_and_nothing_else(self):
        self.check_translation(headers=False)

    def test_headers_are_translated_too(self):
        self.check_translation(headers=True)

    def check_translation(self, headers):
        merged = self.merged(1)
        realms = [choose_realm(merged.at, headers)]
        config = {"realms": [r.config() for r in realms], "nat": {"headers": headers}, "alg": {"level": "basic"}}
        run = Run(merged.paths, config)
        left = {side: iter(run.frames(opposite(side))) for side in gate.SIDES}
        recorded = {r.time // STEP: r for r in self.only_worker(run)}
        wrong, translated, addresses, irreversible = [], 0, 0, set()
        for k, (side, frame) in enumerate(merged.at):
            want = translate(frame.data, frame.wire, realms, side, headers)
            got = next(left[side])
            if got != frame._replace(data=want.data):
                wrong.append((merged.origin[k], side, difference(want.data, got.data)))
            translated += want.addresses != 0
            addresses += want.addresses
            if not want.reversible:
                irreversible.add(k)
            # A record's time is floored to its tick, which is shorter than a step.
            record = recorded.get((START + k * STEP) // STEP) or recorded.get((START + k * STEP) // STEP - 1)
            if record and record.time <= frame.time < record.time + record.tick:
                action = records.TRANSLATE if want.addresses else records.FORWARD
                seen = record.data[49] & 3, record.data[59]
                if seen != (action, min(255, want.addresses)):
                    wrong.append((merged.origin[k], "record: action, addresses", seen, (action, want.addresses)))
        self.assertEqual(wrong[:10], [], f"{len(wrong)} frames or records differ")
        self.assertGreater(addresses, 0)
        stats = run.stats
        self.assertEqual((stats["translated"], stats["addresses_translated"], stats["balance"]), (translated, addresses, 0))
        print(f"\n{self.directory.name}: headers {headers}: {translated} of {len(merged.at)} frames, {addresses} addresses, "
              f"{len(realms[0].maps)} maps", file=sys.stderr)
        self.check_inverse(run, merged, config, irreversible)

    def check_inverse(self, run, merged, config, irreversible):
        """What left by a port enters by it again: all is as it was, where no address of the other range stood before."""
        back = Run({side: run.path(side) for side in gate.SIDES}, config)
        self.assertEqual(back.stats["balance"], 0)
        left = {side: iter(back.frames(side)) for side in gate.SIDES}
        wrong = []
        for k, (side, frame) in enumerate(merged.at):
            if next(left[side]) != frame and k not in irreversible:
                wrong.append((merged.origin[k], side))
        self.assertEqual(wrong[:10], [], f"{len(wrong)} frames differ")
        self.assertLess(len(irreversible), len(merged.at) / 2, "too few frames were proved")


def difference(want, got):
    at = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))
    return f"at {at}: want {want[at:at + 8].hex()}, got {got[at:at + 8].hex()}, sizes {len(want)} and {len(got)}"


def choose_realm(frames, headers):
    """Every /24 that is seen as a private network, one in eight as one host of it, but one in four stays unmapped; onto
    networks that are not seen anywhere."""
    seen = set()
    for _, frame in frames:
        with contextlib.suppress(Malformed):
            found = Frame(frame.data)
            for at in found.values + (found.places if headers else []):
                seen.add(found.data[at : at + 4])
    first_of = {}
    for address in sorted(seen):
        first_of.setdefault(address[:3], address)
    free = ((172, 16 + i // 256, i % 256) for i in range(4096))
    free = (n for n in free if bytes(n) not in first_of)
    maps = []
    for i, (network, first) in enumerate(first_of.items()):
        # An address is not mapped twice, and 0/8, loopback and multicast are nobody's.
        if i % 4 == 3 or network[0] in (0, 127) or network[0] >= 224 or network[:2] == b"\xac\x10":
            continue
        public = next(free, None)
        if public is None:
            break
        target = ".".join(map(str, public))
        if i % 8 == 0:
            maps.append((".".join(map(str, first)) + "/32", f"{target}.77/32"))
        else:
            maps.append((".".join(map(str, network)) + ".0/24", f"{target}.0/24"))
    return Realm("all", maps)

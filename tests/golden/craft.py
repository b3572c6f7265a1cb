#!/usr/bin/python3
"""Makes the captures of tests/golden/captures. Headers are scapy's, SNMP is encoded by snmp_craft so that it can be wrong
in any way wanted. The output is the same every time; MANIFEST.md is written from the same descriptions."""

import pathlib
import sys

import pcapfile
from craft_arp import arp_captures
from craft_evil import evil, oddities
from craft_frames import fragments, icmp_captures, jumbo, others
from craft_messages import carriers, snmp_captures
from craft_scene import captures
from craft_sets import checksum_zero, clocks_and_cuts, pairs, rfc_vector, two_sided


def main(directory):
    directory = pathlib.Path(directory)
    for make in (
        arp_captures, snmp_captures, carriers, oddities, evil, others, icmp_captures, fragments, jumbo, pairs, two_sided,
        clocks_and_cuts, checksum_zero, rfc_vector,
    ):
        make()
    lines = ["# captures", "", "Made by `craft.py`; nothing in them was captured anywhere.", ""]
    lines += ["| capture | frames | what it is |", "|---|---|---|"]
    for name, what, frames, options in sorted(captures):
        path = directory / f"{name}.{'pcapng' if options.pop('pcapng', False) else 'pcap'}"
        raw, cut = options.pop("raw", None), options.pop("cut", 0)
        if raw is not None:
            path.write_bytes(raw)
        elif path.suffix == ".pcapng":
            pcapfile.write_pcapng(path, frames)
        else:
            pcapfile.write(path, frames, **options)
        if cut:
            path.write_bytes(path.read_bytes()[:-cut])
        lines.append(f"| `{path.name}` | {len(frames)} | {what} |")
    (directory / "MANIFEST.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "captures")

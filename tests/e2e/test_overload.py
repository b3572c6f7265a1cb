"""Offered more than it can take, from both sides: what is lost is counted, and what is counted is all there was."""

import json
import unittest

import lab
from case import LabTest

INTERFACES = {"outside": "asa0", "inside": "core0"}
SECONDS = 2
# By a side: SNMP that does not parse (a record for each), and the smallest datagrams (none).
FLOODS = {"outside": (lab.AGENT_PUBLIC, ("-p", "161", "-d", "40"), ("-p", "9999")),
          "inside": (lab.MANAGER, ("-p", "161", "-d", "40"), ("-p", "9999"))}


class Overload:
    config = {"nat": {"headers": True}}

    def test_the_books_balance(self):
        if not lab.shutil.which("hping3"):
            self.skipTest("no hping3 (tools/setup)")
        before = {role: self.interface(role) for role in INTERFACES}
        self.flood()
        after = self.settled()
        self.assertEqual(self.lab.ping(lab.AGENT_PUBLIC, count=3), 3)
        stats = self.stop_gate()
        for role, port in (("outside", "external"), ("inside", "internal")):
            taken, dropped = (after[role][key] - before[role][key] for key in ("tx_packets", "tx_dropped"))
            books = stats["ports"][port]
            print(f"{port}: {taken + dropped} offered, {dropped} lost before the port, {books['received']} received, "
                  f"{books['sent']} sent, discarded {json.dumps(books['discarded'])}, passed {json.dumps(books['passed'])};",
                  end=" ")
            # The interface counts what the port took from it: nothing came in that the books do not know.
            self.assertGreaterEqual(books["received"], after[role]["tx_packets"])
            self.assertGreater(taken, 10_000)
        lost = sum(after[role]["tx_dropped"] - before[role]["tx_dropped"] for role in INTERFACES)
        self.assertGreater(lost + sum(stats["discarded"].values()), 0, "this was no overload")
        print(f"records {json.dumps(stats['records'])}", end=" ... ")
        self.assert_every_lcore_worked(stats)

    def flood(self):
        # From random addresses, as many flows as datagrams: all workers get some, and nobody answers.
        floods = [self.lab.start(role, f"hping3-{role}-{i}", "timeout", "-s", "INT", SECONDS, "hping3", "--udp", "--flood", "-q",
                                 *words, "--rand-source", target)
                  for role, (target, *all_words) in FLOODS.items() for i, words in enumerate(all_words)]
        for flood in floods:
            flood.popen.wait(SECONDS + 10)
            self.lab.processes.remove(flood)
            self.assertRegex(flood.errors(), r"[1-9]\d* packets transmitted")

    def interface(self, role):
        text = self.lab.run_in(role, "ip", "-j", "-s", "-s", "link", "show", INTERFACES[role]).stdout
        counts = json.loads(text)[0]["stats64"]["tx"]
        return {"tx_packets": counts["packets"], "tx_dropped": counts["dropped"]}

    def settled(self):
        """The counters when what the flood left in queues has gone."""
        seen = []

        def still():
            seen.append({role: self.interface(role) for role in INTERFACES})
            return len(seen) > 10 and seen[-1] == seen[-10]

        lab.wait_for(still, "an end of the flood", 20)
        return seen[-1]


class OverloadFused(Overload, LabTest):
    layout = lab.FUSED


class OverloadSplitDiscard(Overload, LabTest):
    """What a ring has no room for is discarded."""

    config = Overload.config | {"frames": {"ring_full": "discard"}}
    layout = lab.SPLIT


class OverloadSplitForward(Overload, LabTest):
    """What a ring has no room for goes on unseen."""

    config = Overload.config | {"frames": {"ring_full": "forward"}}
    layout = lab.SPLIT


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""What the docs say of the code is true: reasons, the picture of the path, the list of its files."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def text(path):
    return (ROOT / path).read_text()


class Docs(unittest.TestCase):
    def test_reasons_page_names_every_reason_and_no_other(self):
        code = re.findall(r"^    X\((\w+), (\d+)\)", text("pipeline/reason.hpp"), re.M)
        page = re.findall(r"^\| (\d+) \| `(\w+)` \|", text("docs/reasons.md"), re.M)
        self.assertGreater(len(code), 40)
        self.assertEqual(sorted(code), sorted((name, number) for number, name in page))

    def test_every_reason_on_the_page_has_a_cause_and_a_cure(self):
        rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (.*?) \| (.*?) ?\|$", text("docs/reasons.md"), re.M)
        for number, name, cause, cure in rows:
            self.assertTrue(cause and (cure or name == "none"), name)

    def test_picture_shows_the_calls_of_step_in_order(self):
        step = re.search(r"^void Worker::step\(.*?^}", text("pipeline/stages/worker.cpp"), re.M | re.S)[0]
        boxes = re.findall(r'class="stage"[^>]*>(\w+)<', text("docs/path.svg"))
        calls = re.findall(r"(?:\b|\.|::)(" + "|".join(boxes) + r")\(", step)
        self.assertEqual(calls, boxes)

    def test_table_of_the_path_follows_the_picture(self):
        boxes = re.findall(r'class="stage"[^>]*>(\w+)<', text("docs/path.svg"))
        rows = re.findall(r"^\| `(\w+)` \|", text("docs/path.md"), re.M)
        self.assertEqual(rows, [box for box in boxes if box in rows])
        self.assertGreaterEqual(len(rows), 8)

    def test_readme_of_the_pipeline_lists_every_file(self):
        listed = text("pipeline/README.md") + text("pipeline/wire/README.md").replace("`", "")
        for header in sorted((ROOT / "pipeline").rglob("*.hpp")):
            name = header.relative_to(ROOT / "pipeline").as_posix()
            known = name in listed or (name.startswith("wire/") and header.stem in listed)
            self.assertTrue(known, f"{name} is not in pipeline/README.md")
        for name in re.findall(r"`((?:\w+/)?\w+\.hpp)`", text("pipeline/README.md")):
            self.assertTrue((ROOT / "pipeline" / name).exists(), f"{name} does not exist")

    def test_links_between_pages_lead_somewhere(self):
        pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")]
        for page in filter(pathlib.Path.exists, pages):
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
                self.assertTrue((page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}")


if __name__ == "__main__":
    unittest.main()

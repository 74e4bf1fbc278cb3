# SPDX-License-Identifier: MIT
"""dryad.scanner in PyPy: run by PyPy."""

import gzip
import io
import json
import os
import sys
import threading
import unittest

from dryad import scanner
from support import Case, read

NUMBERS = [number + 1000 for number in range(1000)]


class Plain:
    def __init__(self):
        self.items, self.text, self.size = ["in the list"], "of the attribute", float("inf")


class Slots:
    __slots__ = ("left",)

    def __init__(self):
        self.left = ["on the left"]


class PyPyTest(Case):
    plain, slots, mapping = Plain(), Slots(), {"key": ["in the dict"], 2**70: 1.5}

    def facts(self, **options):
        with open(self.path()) if not options else open(self.path("hidden")) as file:
            lines = file.read().splitlines()
        return json.loads(json.loads(lines[0])["value"]), json.loads(lines[-1]), len(lines)

    def of_type(self, records, name):
        return [record for record in records.values() if record["type"] == name]

    def test_an_instance_refers_to_its_attributes_by_name_and_to_its_class(self):
        records = self.dump()
        record, = self.of_type(records, "Plain")
        named = {name: records[ref] for name, ref in zip(record["names"], record["refs"])}
        self.assertEqual("of the attribute", named["text"]["value"])
        self.assertEqual("list", named["items"]["type"])
        self.assertEqual("in the list", records[named["items"]["refs"][0]]["value"])
        self.assertEqual("%s.Plain" % __name__, named[None]["qualname"])
        self.assertEqual(float("inf"), named["size"]["value"])
        slots, = self.of_type(records, "Slots")
        self.assertIn("on the left", [records[ref].get("value") for place in slots["refs"] for ref in records[place]["refs"]])

    def test_a_dict_refers_to_keys_and_values_in_turn(self):
        records = self.dump_of(self.mapping)
        record = records[id(self.mapping)]
        self.assertEqual((2, "dict"), (record["len"], record["type"]))
        self.assertEqual(["key", None, 2**70, 1.5], [records[ref].get("value") for ref in record["refs"]])

    def test_sizes_have_what_containers_allocated(self):
        self.assertGreaterEqual(scanner.size_of(NUMBERS), 8 * len(NUMBERS))
        self.assertLess(scanner.size_of(NUMBERS), 10 * len(NUMBERS) + 200)
        self.assertGreaterEqual(scanner.size_of("x" * 1000), 1000)
        self.assertGreaterEqual(scanner.size_of({number: None for number in NUMBERS}), 24 * len(NUMBERS))
        self.assertLess(scanner.size_of([]), 100)

    def test_dryad_loads_it_whole(self):
        done = threading.Event()
        thread = threading.Thread(target=done.wait, name="waiting")
        thread.start()
        try:
            count = scanner.dump_all_objects(self.path())
        finally:
            done.set()
            thread.join()
        told = self.dryad(self.path(), "r = heap.report print(r.bad_lines, r.dangling_refs, r.duplicates, #r.problems)")
        self.assertEqual(["0", "0", "0", "0"], told.split())
        facts, end, lines = self.facts()
        self.assertEqual(("PyPy", os.getpid(), 2), (facts["implementation"], facts["pid"], facts["threads"]))
        self.assertEqual(("<end>", lines - 1, count), (end["type"], end["value"], lines - 2))
        records = read(self.path())
        threads = self.of_type(records, "<thread>")
        self.assertEqual({"MainThread", "waiting"}, {record["name"] for record in threads})
        frames = [records[ref] for record in threads for ref in record["refs"]]
        own = [frame for frame in frames if frame["value"] == "test_dryad_loads_it_whole"]
        self.assertEqual(["done", "self", "thread"], sorted(set(own[0]["names"]) & {"done", "self", "thread"}))
        self.assertEqual(__file__, own[0]["file"])

    def test_values_can_be_left_out_or_hashed(self):
        for values in ("none", "hash"):
            scanner.dump_all_referenced(self.path("hidden"), [self.plain, NUMBERS], values=values, overwrite=True)
            with open(self.path("hidden")) as file:
                text = file.read()
            self.assertNotIn("of the attribute", text)
            self.assertNotIn(sys.executable, text)
            self.assertNotIn('"value": 1001', text)
        records = self.dump_of(self.plain, max_value=3)
        self.assertIn("of ", [record.get("value") for record in records.values()])

    def test_files(self):
        count = scanner.dump_all_referenced(self.path("a.gz"), NUMBERS)
        self.assertEqual(0o600, os.stat(self.path("a.gz")).st_mode & 0o777)
        with gzip.open(self.path("a.gz")) as file:
            self.assertEqual(count + 2, len(file.readlines()))
        with self.assertRaises(FileExistsError):
            scanner.dump_all_referenced(self.path("a.gz"), NUMBERS)
        self.assertEqual(["a.gz"], os.listdir(self.folder))
        for memory in (io.BytesIO(), io.StringIO()):
            scanner.dump_all_referenced(memory, NUMBERS, True)
            self.assertEqual(count - 1, len(memory.getvalue().splitlines()) - 2)

    def test_what_pypy_cannot_do_is_an_error(self):
        with self.assertRaisesRegex(NotImplementedError, "dryad.scanner.on_signal needs CPython"):
            scanner.on_signal(1, "heap.dump")
        with self.assertRaises(TypeError):
            scanner.dump_all_objects(self.path(), fork=True)
        with self.assertRaises(ValueError):
            scanner.dump_all_objects(self.path("a.zst"))


if __name__ == "__main__":
    unittest.main()

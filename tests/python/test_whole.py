# SPDX-License-Identifier: MIT
"""A dump of a program with one of everything hangs together."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from support import Case, read

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "program.py")


def dump_program(path, *arguments):
    """Runs the program, which dumps itself: the addresses that it tells."""
    return json.loads(subprocess.check_output([sys.executable, PROGRAM, path] + list(arguments), universal_newlines=True))


class FrameTest(Case):
    def test_what_is_reached_from_a_frame_has_its_callers_too(self):
        def inner():
            return self.dump_of(sys._getframe())

        records = inner()
        frames = {record["value"] for record in records.values() if record["type"] == "frame"}
        self.assertTrue({"inner", "test_what_is_reached_from_a_frame_has_its_callers_too"} <= frames)
        self.assertEqual([], [ref for record in records.values() for ref in record["refs"] if ref not in records])


class WholeTest(Case):
    @classmethod
    def setUpClass(cls):
        cls.own_folder = tempfile.mkdtemp()
        cls.file = os.path.join(cls.own_folder, "heap.dump")
        cls.told = dump_program(cls.file)
        cls.records = read(cls.file)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.own_folder)
        del cls.records  # which other dumps of this process would hold

    def test_every_reference_leads_to_an_object_of_the_dump(self):
        records = self.records
        dangling = [(record["type"], ref) for record in records.values() for ref in record["refs"] if ref not in records]
        self.assertEqual([], dangling[:5])

    def test_dryad_loads_it_without_a_bad_line_or_a_dangling_reference(self):
        code = "r = heap.report print(#heap + r.collapsed, r.bad_lines, r.dangling_refs, #r.problems)"
        self.assertEqual("%d\t0\t0\t0" % self.told["count"], self.dryad(self.file, code))

    def test_the_types_of_all_objects_are_there_static_ones_too(self):
        names = {record["name"] for record in self.records.values() if "name" in record}
        self.assertEqual(set(), {record["type"] for record in self.records.values()} - names - {"<thread>"})

    def depths(self, records):
        """The numbers in the lists that frames of the recursion hold."""
        found = []
        for record in records.of_type("frame"):
            if record.get("value") == "recurse":
                lists = [records[ref]["refs"] for ref in record["refs"] if records[ref]["type"] == "list"]
                found.extend(records[refs[1]]["value"] for refs in lists)
        return sorted(found)

    def test_frames_of_all_threads_have_their_locals(self):
        self.assertEqual(sorted(2 * list(range(51))), self.depths(self.records))

    def test_frames_are_no_different_once_they_have_objects(self):
        dump_program(self.path(), "frames")
        self.assertEqual(sorted(2 * list(range(51))), self.depths(read(self.path())))

    def test_the_frame_that_dumps_has_its_locals(self):
        frames = [record for record in self.records.of_type("frame") if record.get("value") == "main"]
        self.assertEqual([True], [self.told["marker"] in frame["refs"] for frame in frames])

    def test_frames_lead_to_those_that_called_them(self):
        frame = next(record for record in self.records.of_type("frame") if record.get("value") == "main")
        callers = [self.records[ref].get("value") for ref in frame["refs"] if self.records[ref]["type"] == "frame"]
        self.assertEqual(["<module>"], callers)

    def reaches(self, start, text):
        """Whether the string can be reached in three steps, through generators and frames."""
        front = [start]
        for _ in range(3):
            front = [self.records[ref] for record in front for ref in record["refs"] if record["type"] not in ("module", "dict")]
            if any(record.get("value") == text for record in front):
                return True
        return False

    def test_generators_and_coroutines_hold_their_locals(self):
        for kind, text in (("generator", "held by a generator"), ("coroutine", "held by a coroutine"),
                           ("async_generator", "held by an asynchronous generator")):
            holders = self.records.of_type(kind)
            self.assertTrue(any(self.reaches(holder, text) for holder in holders), kind)

    def test_weak_references_are_not_followed(self):
        self.assertNotIn(self.told["cycle"], self.records[self.told["weak"]]["refs"])

    def test_a_module_has_its_name_and_its_dict_first(self):
        record = self.records[self.told["module"]]
        self.assertEqual(("module", "types", self.told["dict"]), (record["type"], record["name"], record["refs"][0]))


if __name__ == "__main__":
    unittest.main()

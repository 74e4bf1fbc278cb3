"""Everything that is alive is in a dump, with all of its references."""

import gc
import os
import sys
import tempfile
import threading
import unittest

import program
from dryad import scanner
from support import Case, read


def live_heap(roots):
    """An independent walk: every object that gc.get_referents reaches, with the addresses of its referents.

    What the walk itself makes is none of the program's: its own structures are not followed.
    """
    edges, own = {}, set()
    pending = list(roots)
    own.update(map(id, (edges, own, pending, roots)))
    while pending:
        thing = pending.pop()
        if id(thing) in edges or id(thing) in own:
            continue
        referents = gc.get_referents(thing)
        own.add(id(referents))
        edges[id(thing)] = (thing, [id(referent) for referent in referents])
        own.add(id(edges[id(thing)]))
        own.add(id(edges[id(thing)][1]))
        pending.extend(referents)
    return edges


class WholeTest(Case):
    @classmethod
    def setUpClass(cls):
        gc.collect()
        cls.kept = program.build()
        with tempfile.TemporaryDirectory() as folder:
            cls.file = os.path.join(folder, "heap.dump")
            scanner.dump_all_objects(cls.file)
            cls.records = read(cls.file)

    @classmethod
    def tearDownClass(cls):
        for blocked in cls.kept["blocked"]:
            blocked.done.set()
            blocked.thread.join()
        cls.kept["async"]["future"].set_result(None)
        loop = cls.kept["async"]["loop"]
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    def setUp(self):
        super().setUp()
        gc.disable()
        self.addCleanup(gc.enable)

    def test_every_object_and_edge_of_the_live_heap_is_in_the_dump(self):
        roots = gc.get_objects() + [sys.modules]
        before = live_heap(roots)
        scanner.dump_all_objects(self.path())
        records = read(self.path())
        after = {address: gc.get_referents(thing) for address, (thing, _) in before.items()}
        missing, lost, checked = [], [], 0
        for address, (thing, referents) in before.items():
            # What changed in between, such as a growing dict of the walk, tells nothing.
            if [id(referent) for referent in after[address]] != referents or thing is roots:
                continue
            if address not in records:
                missing.append((type(thing), repr(thing)[:80]))
                continue
            checked += 1
            gone = set(referents) - set(records[address]["refs"])
            if gone:
                lost.append((type(thing), repr(thing)[:80], gone))
        self.assertEqual([], missing[:5])
        self.assertEqual([], lost[:5])
        self.assertGreater(checked, 100000)

    def test_every_reference_leads_to_an_object_of_the_dump(self):
        records = self.records
        dangling = [(record["type"], ref) for record in records.values() for ref in record["refs"] if ref not in records]
        self.assertEqual([], dangling[:5])

    def test_dryad_loads_it_without_a_bad_line_or_a_dangling_reference(self):
        count = scanner.dump_all_objects(self.path())
        code = "r = heap.report print(#heap + r.collapsed, r.bad_lines, r.dangling_refs, #r.problems)"
        self.assertEqual("%d\t0\t0\t0" % count, self.dryad(self.path(), code))

    def test_the_types_of_all_objects_are_there_static_ones_too(self):
        names = {record["name"] for record in self.records.values() if "name" in record}
        self.assertTrue({record["type"] for record in self.records.values()} <= names | {"frame"})

    def locals_of(self, records, function):
        """For each frame of a function, the strings in the lists that it refers to."""
        found = []
        for record in records.values():
            if record["type"] == "frame" and record.get("value") == function:
                lists = [records[ref] for ref in record["refs"] if records[ref]["type"] == "list"]
                found.append([records[item].get("value") for held in lists for item in held["refs"]])
        return found

    def test_frames_of_all_threads_have_their_locals(self):
        frames = self.locals_of(self.records, "recurse")
        self.assertEqual(2 * 51, len(frames))
        self.assertEqual(sorted(2 * list(range(51))), sorted(frame[1] for frame in frames))

    def test_the_frame_that_dumps_has_its_locals(self):
        marker = ["a local of the frame that dumps"]
        frames = self.locals_of(self.dump(), "test_the_frame_that_dumps_has_its_locals")
        self.assertIn(marker, frames)

    def test_frames_are_no_different_once_they_have_objects(self):
        frames = sys._current_frames()
        found = self.locals_of(self.dump(), "recurse")
        self.assertEqual(sorted(2 * list(range(51))), sorted(frame[1] for frame in found))
        del frames

    def reaches(self, records, start, text):
        """Whether the string can be reached in three steps, through generators and frames."""
        front = [start]
        for _ in range(3):
            front = [records[ref] for record in front for ref in record["refs"] if record["type"] not in ("module", "dict")]
            if any(record.get("value") == text for record in front):
                return True
        return False

    def test_generators_and_coroutines_hold_their_locals(self):
        records = self.records
        for kind, text in (("generator", "held by a generator"), ("coroutine", "held by a coroutine"),
                           ("async_generator", "held by an asynchronous generator")):
            holders = [record for record in records.values() if record["type"] == kind]
            self.assertTrue(any(self.reaches(records, holder, text) for holder in holders), kind)

    def test_weak_references_are_not_followed(self):
        cycle = self.kept["cycle"]
        record = self.records[id(self.kept["weak"][0])]
        self.assertNotIn(id(cycle), record["refs"])

    def test_nothing_is_changed_by_a_dump(self):
        counts = [sys.getrefcount(thing) for thing in self.kept.values()]
        self.dump()
        self.assertEqual(counts, [sys.getrefcount(thing) for thing in self.kept.values()])

    @unittest.skipIf(sys.version_info < (3, 11), "instances have dicts")
    def test_a_dump_makes_no_dict_for_an_instance(self):
        self.dump()
        self.assertEqual(["number", 3, "text", "plain 3", program.Plain], scanner.get_referents(self.kept["plain"][3]))

    def test_deep_nesting_does_not_need_the_stack(self):
        before = threading.stack_size(64 * 1024)
        results = []
        thread = threading.Thread(target=lambda: results.append(scanner.dump_all_referenced(self.path(), self.kept["deep"])))
        thread.start()
        thread.join()
        threading.stack_size(before)
        self.assertGreater(results[0], 100000)

    def test_a_module_has_its_name_and_its_dict_first(self):
        record = self.records[id(program)]
        self.assertEqual(("module", "program", id(vars(program))), (record["type"], record["name"], record["refs"][0]))

    def test_sizes_are_those_of_sys_getsizeof(self):
        wrong = []
        for thing in gc.get_objects():
            expected = sys.getsizeof(thing)
            size = scanner.size_of(thing)
            # Attributes that are held in a block of their own, of 30 at most, count here and not there.
            apart = (3, 11) <= sys.version_info < (3, 13) and type(thing).__dictoffset__ != 0
            if size != expected and not (apart and 0 < size - expected <= 32 + 30 * 8):
                wrong.append((type(thing), size, expected))
        self.assertEqual([], wrong[:5])


if __name__ == "__main__":
    unittest.main()

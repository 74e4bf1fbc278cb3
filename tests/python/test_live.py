# SPDX-License-Identifier: MIT
"""A dump of this process has everything that is alive in it, and changes none of it."""

import gc
import sys
import threading
import unittest

import program
from dryad import scanner
from live_heap import live_heap, missing_from, size_bounds
from support import AT_LENGTH, Case, read


class LiveTest(Case):
    @classmethod
    def setUpClass(cls):
        gc.collect()
        cls.kept = program.build(1000)

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
        after = {address: [id(referent) for referent in gc.get_referents(thing)] for address, (thing, _) in before.items()}
        records = read(self.path())
        missing, lost, checked = [], [], 0
        for address, (thing, referents) in before.items():
            # Objects that changed in between, such as a growing dict of the walk, are ignored.
            if after[address] != referents or thing is roots:
                continue
            checked += 1
            if address not in records:
                missing.append((type(thing), repr(thing)[:80]))
            elif missing_from(records, address, referents):
                lost.append((type(thing), repr(thing)[:80]))
        self.assertEqual([], missing[:5])
        self.assertEqual([], lost[:5])
        self.assertGreater(checked, 20000)

    @unittest.skipIf(sys.version_info < (3, 11), "instances have dicts")
    def test_a_dump_makes_no_dict_for_an_instance(self):
        scanner.dump_all_objects(self.path())
        self.assertEqual(["number", 3, "text", "plain 3", program.Plain], scanner.get_referents(self.kept["plain"][3]))

    def test_no_code_of_the_program_runs(self):
        ran = []

        class Name(str):
            def __eq__(self, other):
                ran.append("__eq__ of a key")
                return False

            def __hash__(self):
                return hash("__sizeof__")

        class Meta(type):
            def __getattribute__(cls, name):
                ran.append(name)
                return super().__getattribute__(name)

        class Trap(metaclass=Meta):
            def trap(self, *_):
                ran.append("trap")
                return 1

            __getattr__ = __getattribute__ = __eq__ = __len__ = __bool__ = __iter__ = __index__ = __del__ = trap
            __class__ = property(trap)

            def __hash__(self):
                return 1

        trap = Trap()
        held = [trap, {trap: trap}, {trap}, type("Tricky", (), {Name("name"): 1})()]
        del ran[:]
        scanner.dump_all_objects(self.path())
        self.assertEqual([], ran)
        self.assertTrue({id(thing) for thing in held} <= set(read(self.path())))

    def test_no_object_is_left_behind(self):
        path, dumps = self.path(), 20 if AT_LENGTH else 8
        scanner.dump_all_objects(path)
        before = sys.getallocatedblocks()
        for _ in range(dumps):
            scanner.dump_all_objects(path, overwrite=True)
        self.assertLess(abs(sys.getallocatedblocks() - before), dumps)

    def test_a_dump_changes_no_reference_count(self):
        counts = [sys.getrefcount(thing) for thing in self.kept.values()]
        scanner.dump_all_objects(self.path())
        self.assertEqual(counts, [sys.getrefcount(thing) for thing in self.kept.values()])

    def test_deep_nesting_does_not_need_the_stack(self):
        counts = []
        deep, path = program.deep(100000), self.path()
        before = threading.stack_size(128 * 1024)
        thread = threading.Thread(target=lambda: counts.append(scanner.dump_all_referenced(path, deep)))
        thread.start()
        thread.join()
        threading.stack_size(before)
        self.assertGreater(counts[0], 100000)

    def test_sizes_are_those_of_sys_getsizeof_where_that_is_right(self):
        wrong = []
        for thing in gc.get_objects():
            least, most = size_bounds(thing)
            size = scanner.size_of(thing)
            if not least <= size <= most:
                wrong.append((type(thing), size, least, most))
        self.assertEqual([], wrong[:5])


if __name__ == "__main__":
    unittest.main()

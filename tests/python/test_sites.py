# SPDX-License-Identifier: MIT
"""What the record of an object says of its allocation."""

import ctypes
import gc
import json
import sys
import threading
import tracemalloc
import unittest

import program
import traced
from dryad import scanner
from support import AT_LENGTH, Case

MANAGED_DICT = 1 << 4


def told_by_tracemalloc(thing):
    traceback = tracemalloc.get_object_traceback(thing)
    lines = ["%s:%d" % (frame.filename, frame.lineno) for frame in reversed(traceback or [])]
    return None if lines in ([], ["<unknown>:0"]) else lines[:traced.MOST]


def is_known_to_tracemalloc(thing):
    """In 3.11, tracemalloc looks for instances with a dict in the wrong place."""
    return sys.version_info[:2] != (3, 11) or not type(thing).__flags__ & MANAGED_DICT


class SitesTest(Case):
    def setUp(self):
        super().setUp()
        self.addCleanup(tracemalloc.stop)

    def dumps(self, *options_of_each):
        """Makes a dump with each of these options."""
        paths = [self.path("%d.dump" % i) for i in range(len(options_of_each))]
        for path, options in zip(paths, options_of_each):
            scanner.dump_all_objects(path, overwrite=True, **options)
        return paths

    def read(self, *paths):
        """Ends tracing, which makes reading slow; then for each dump the sites by address."""
        tracemalloc.stop()
        return [dict(self.sites_in(path)) for path in paths]

    def sites_in(self, path):
        with open(path) as lines:
            for line in lines:
                record = json.loads(line) if '"allocated"' in line else {}
                if "allocated" in record:
                    yield record["address"], record["allocated"]

    def sites(self, *options_of_each):
        return self.read(*self.dumps(*options_of_each))

    def check(self, things, sites, frames=traced.MOST):
        for thing, lines in things:
            self.assertEqual(lines[:frames], sites.get(id(thing)), type(thing))

    def test_every_object_has_the_site_that_tracemalloc_has(self):
        tracemalloc.start(10)
        kept = program.build(100)
        tracked = gc.get_objects()
        live = {id(thing): thing for thing in tracked}
        for thing in tracked:
            live.update((id(referent), referent) for referent in gc.get_referents(thing))
        paths = self.dumps({})
        expected = {address: told_by_tracemalloc(thing) for address, thing in live.items()}
        found, = self.read(*paths)
        wrong = [(type(thing), expected[address], found.get(address)) for address, thing in live.items()
                 if expected[address] != found.get(address) and is_known_to_tracemalloc(thing) and thing is not live]
        self.assertEqual([], wrong[:5])
        self.assertGreater(len(found), 1000)
        del kept

    def test_the_lines_are_those_that_ran(self):
        tracemalloc.start(10)
        things = traced.build()
        for sites in self.sites({}, {"fork": True}):
            self.check(things, sites)

    def test_there_are_as_many_lines_as_asked_for(self):
        tracemalloc.start(10)
        things = traced.build(4)
        three, one, none = self.sites({"allocation_frames": 3}, {"allocation_frames": 1}, {"allocation_frames": 0})
        self.check(things, three, 3)
        self.check(things, one, 1)
        self.assertEqual({}, none)

    def test_there_are_no_more_lines_than_tracemalloc_keeps(self):
        tracemalloc.start(2)
        things = traced.build(4)
        self.check(things, *self.sites({}), 2)

    def test_objects_from_before_have_no_site(self):
        early = traced.build(2)
        tracemalloc.start(8)
        late = traced.build(2)
        sites, = self.sites({})
        self.assertEqual([], [thing for thing, _ in early if id(thing) in sites])
        self.check(late, sites)

    def test_nothing_is_said_without_tracemalloc(self):
        self.assertEqual([{}], self.sites({}))
        tracemalloc.start()
        kept = traced.build(2)
        tracemalloc.stop()
        self.assertEqual([{}], self.sites({}))
        del kept

    def test_names_of_files_may_have_any_character(self):
        names = ['quote"back\\slash', "line\nbreak", "d\u00e9j\u00e0 vu", "\u65e5\u672c", "\U0001f40d", "lone \udc80", "p" * 2000]
        tracemalloc.start(1)
        made = [eval(compile("object()", name, "eval")) for name in names]
        sites, = self.sites({})
        self.assertEqual([[name + ":1"] for name in names], [sites[id(thing)] for thing in made])

    def test_memory_of_other_allocators_is_told_apart(self):
        tracemalloc.start(8)
        things = traced.build(4)
        track = ctypes.pythonapi.PyTraceMalloc_Track
        track.argtypes = [ctypes.c_uint, ctypes.c_size_t, ctypes.c_size_t]
        for thing, _ in things:
            for header in (0, 16, 32):
                self.assertEqual(0, track(389047, id(thing) - header, 100))
        for sites in self.sites({}, {"fork": True}):
            self.check(things, sites)

    def test_threads_may_allocate_and_free_meanwhile(self):
        tracemalloc.start(8)
        things = traced.build()
        stop = threading.Event()
        threads = traced.keep_allocating(stop)
        try:
            paths = self.dumps(*[{"fork": i % 2 == 0} for i in range(20 if AT_LENGTH else 4)])
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        # tracemalloc may not be stopped before: up to 3.13.1 it crashes when other threads allocate meanwhile.
        for sites in self.read(*paths):
            self.check(things, sites)

    def test_the_number_of_lines_is_checked(self):
        for frames in (-1, 9):
            with self.assertRaisesRegex(ValueError, "allocation_frames must be from 0 to 8"):
                self.dump(allocation_frames=frames)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""The bytes that a dump counts for each kind of object are those that Python allocates for it."""

import collections
import gc
import unittest

import kinds
from dryad import scanner
from support import Case


def referents(things):
    return [referent for thing in things for referent in scanner.get_referents(thing)]


class SizesTest(Case):
    @classmethod
    def setUpClass(cls):
        cls.kept, cls.measured = kinds.measure(referents)
        cls.addClassCleanup(gc.enable)

    @classmethod
    def tearDownClass(cls):
        del cls.kept, cls.measured

    def test_bytes_counted_are_bytes_allocated(self):
        records = self.dump()
        wrong = []
        for name, allocated, addresses in self.measured:
            counted = sum(records[address]["size"] for address in addresses)
            line = "%-55s %8.1f counted, %8.1f allocated" % (name, counted / kinds.MADE, allocated / kinds.MADE)
            print(line)
            if not kinds.is_right(name, counted, allocated):
                types = collections.Counter(records[address]["type"] for address in addresses)
                wrong.append("%s: %s" % (line, dict(types)))
        self.assertEqual([], wrong)

    def test_single_objects_have_the_same_sizes(self):
        records = self.dump()
        sizes = [(type(thing), records[address]["size"], scanner.size_of(thing)) for _, found in self.kept
                 for address, thing in list(found.items())[:10]]
        self.assertEqual([], [entry for entry in sizes if entry[1] != entry[2]])


if __name__ == "__main__":
    unittest.main()

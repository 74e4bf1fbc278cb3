# SPDX-License-Identifier: MIT
"""Counts of references are those of Python."""

import sys
import sysconfig
import types
import unittest

import program
from support import Case

FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
IMMORTAL = sys.version_info >= (3, 12)


class RefcountTest(Case):
    def counts(self, things):
        """What the dump says, and what Python says with the list as a holder."""
        records = self.dump_of(things, is_pending=True)
        return [(records[id(things[i])].get("refcount"), sys.getrefcount(things[i]) - 1) for i in range(len(things))]

    def test_counts_are_those_of_python(self):
        shared = ["shared"]
        text = "".join(["not ", "interned"])
        things = [shared, [shared, shared], text, {text: shared}, program.Plain(1), 10**30 + len(text), 1.5 * len(text), b"x" * len(text),
                  {1, 2}, (shared, text), program.generate(3), program.failure(), types.SimpleNamespace(a=shared)]
        things += [[] for _ in range(100)]
        del text
        for told, expected in self.counts(things):
            self.assertEqual(expected, told)

    @unittest.skipIf(FREE_THREADED, "classes, functions and modules have a count in each thread")
    def test_classes_functions_and_modules_are_counted(self):
        things = [program.Plain, program.WithMeta, program.closure, program.closure.__code__, types]
        for told, expected in self.counts(things):
            self.assertEqual(expected, told)

    @unittest.skipUnless(FREE_THREADED, "they are counted")
    def test_what_threads_count_on_their_own_has_no_count(self):
        things = [program.Plain, program.closure, program.closure.__code__, types, vars(types)]
        self.assertEqual([None] * len(things), [told for told, _ in self.counts(things)])

    def test_a_large_count_is_whole(self):
        thing = ["held often"]
        held = [thing] * 100000
        # The variable, and the list that is passed, hold it too; sys.getrefcount counts its own argument up to 3.13 only.
        self.assertEqual([100000 + 2], [told for told, _ in self.counts([thing])])
        del held

    @unittest.skipUnless(IMMORTAL, "nothing is immortal")
    def test_immortal_objects_have_no_count(self):
        things = [None, True, 1, (), Ellipsis, int, type, ValueError]
        self.assertEqual([None] * len(things), [told for told, _ in self.counts(things)])

    def test_static_types_and_interned_strings_have_no_count(self):
        things = [int, type, ValueError, types.FunctionType, sys.intern("".join(["interned ", "here"])), "number"]
        self.assertEqual([None] * len(things), [told for told, _ in self.counts(things)])


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""What the interpreter itself holds is a root, with the reason."""

import atexit
import builtins
import codecs
import os
import signal
import sys
import unittest
import warnings

from support import Case


class Callback:
    def __call__(self, *arguments, **keywords):
        return None


class RootsTest(Case):
    def reasons(self, *things):
        records = self.dump()
        return [records[id(thing)].get("root") for thing in things]

    def test_the_modules_and_the_builtins_are_roots(self):
        expected = ["modules", "modules", "modules", "builtins", "interpreter"]
        self.assertEqual(expected, self.reasons(sys.modules, unittest, sys, vars(builtins), vars(sys)))

    def test_functions_for_atexit_are_roots_with_their_arguments(self):
        function, argument, keyword = Callback(), ["argument"], ["keyword"]
        atexit.register(function, argument, keyword=keyword)
        self.addCleanup(atexit.unregister, function)
        records = self.dump()
        front = [record["address"] for record in records.with_text('"root": "atexit"')]
        reached = set(front)
        for _ in range(3):  # a list of tuples of a tuple and a dict, in the latest versions
            front = [ref for address in front for ref in records[address]["refs"]]
            reached.update(front)
        self.assertEqual([True] * 3, [id(thing) in reached for thing in (function, argument, keyword)])
        if sys.version_info < (3, 14):  # where they are in a list
            self.assertEqual("atexit", records[id(function)]["root"])

    def test_signal_handlers_are_roots(self):
        handler = Callback()
        before = signal.signal(signal.SIGUSR2, handler)
        self.addCleanup(signal.signal, signal.SIGUSR2, before)
        self.assertEqual(["signal"], self.reasons(handler))

    def test_a_signal_without_a_function_makes_nothing_a_root(self):
        records = self.dump()
        self.assertEqual(set(), {record["type"] for record in records.with_text('"root": "signal"')} -
                         {"builtin_function_or_method", "function", "method", "Callback"})

    def test_lists_that_the_interpreter_keeps_are_roots(self):
        search, hook = Callback(), Callback()
        codecs.register(search)
        os.register_at_fork(before=hook)
        held = {ref for record in self.dump().with_text('"root": "interpreter"') for ref in record["refs"]}
        self.assertEqual([True, True], [id(thing) in held for thing in (search, hook)])

    def test_the_filters_of_warnings_are_a_root(self):
        warnings.simplefilter("ignore")
        warnings.warn("which makes the interpreter look at the filters", stacklevel=1)
        roots = [record["address"] for record in self.dump().with_text('"root": "interpreter"')]
        self.assertIn(id(warnings.filters), roots)

    @unittest.skipUnless(hasattr(sys, "monitoring"), "no sys.monitoring")
    def test_callbacks_for_monitoring_are_roots(self):
        callback = Callback()
        sys.monitoring.use_tool_id(4, "test")
        self.addCleanup(sys.monitoring.free_tool_id, 4)
        sys.monitoring.register_callback(4, sys.monitoring.events.LINE, callback)
        self.addCleanup(sys.monitoring.register_callback, 4, sys.monitoring.events.LINE, None)
        self.assertEqual(["interpreter"], self.reasons(callback))

    def test_other_objects_are_none(self):
        thing = Callback()
        self.assertEqual([None, None, None], self.reasons(thing, Callback, vars(unittest)))


if __name__ == "__main__":
    unittest.main()

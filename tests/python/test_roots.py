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
        self.assertEqual(["modules", "builtins", "interpreter"], self.reasons(sys.modules, vars(builtins), vars(sys)))

    def test_functions_for_atexit_are_roots_with_their_arguments(self):
        function, argument, keyword = Callback(), ["argument"], ["keyword"]
        atexit.register(function, argument, keyword=keyword)
        self.addCleanup(atexit.unregister, function)
        records = self.dump()
        roots = [record for record in records.values() if record.get("root") == "atexit"]
        reached, pending = set(), [record["address"] for record in roots]
        while pending:
            address = pending.pop()
            if address not in reached and len(reached) < 100000:
                reached.add(address)
                pending.extend(records[address]["refs"])
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
        self.assertEqual(set(), {record["type"] for record in records.values() if record.get("root") == "signal"} -
                         {"builtin_function_or_method", "function", "method", "Callback"})

    def test_lists_that_the_interpreter_keeps_are_roots(self):
        search, hook = Callback(), Callback()
        codecs.register(search)
        os.register_at_fork(before=hook)
        records = self.dump()
        for thing in (search, hook):
            holders = [record for record in records.values() if id(thing) in record["refs"] and record["type"] == "list"]
            self.assertIn("interpreter", [holder.get("root") for holder in holders])

    def test_the_filters_of_warnings_are_a_root(self):
        warnings.simplefilter("default")
        records = self.dump()
        self.assertTrue(any(record.get("root") == "interpreter" for record in records.of_type("list")))

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
        self.assertEqual([None, None, None], self.reasons(thing, Callback, unittest))


if __name__ == "__main__":
    unittest.main()

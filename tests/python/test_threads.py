# SPDX-License-Identifier: MIT
"""Threads are objects of a dump: what they are called, and what they hold."""

import _thread
import contextvars
import json
import subprocess
import sys
import threading
import unittest

from dryad import scanner
from support import Case, read


class Waiting:
    """A thread that waits in a recursion until the end of a `with` statement."""

    def __init__(self, depth=3, **options):
        self.depth, self.ready, self.end = depth, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.recurse, args=(depth,), **options)

    def recurse(self, depth):
        if depth > 0:
            self.recurse(depth - 1)
        else:
            self.ready.set()
            self.end.wait()

    def __enter__(self):
        self.thread.start()
        self.ready.wait()
        return self.thread

    def __exit__(self, *_):
        self.end.set()
        self.thread.join()


def held_by(record):
    """What a thread holds besides its frames: names and addresses."""
    names = record.get("names", [])
    return {name: address for name, address in zip(names, record["refs"]) if name is not None}


class ThreadTest(Case):
    def threads(self, **options):
        """The threads of a dump by ident: the record, and what its value says."""
        records = self.dump(**options)
        told = {}
        for record in records.of_type("<thread>"):
            facts = json.loads(record["value"])
            told[facts["ident"]] = record, facts
        return records, told

    def test_every_thread_is_told_as_threading_has_it(self):
        with Waiting(name="billing-7", daemon=True), Waiting(name='odd "\u00e9"', daemon=False):
            for fork in (False, True):
                _, told = self.threads(fork=fork)
                expected = {thread.ident: (thread.name, thread.native_id, thread.daemon, 0) for thread in threading.enumerate()}
                self.assertEqual(expected, {ident: (record["name"], facts["native_id"], facts["daemon"], facts["interpreter"])
                                            for ident, (record, facts) in told.items()})

    def test_they_are_roots_without_a_size(self):
        for record, _ in self.threads()[1].values():
            self.assertEqual(("thread", 0), (record["root"], record["size"]))

    def test_their_frames_come_first_the_innermost_of_all(self):
        with Waiting(depth=20) as thread:
            records, told = self.threads()
            expected = []
            frame = sys._current_frames()[thread.ident]
            while frame is not None:
                expected.append(frame.f_code.co_name)
                frame = frame.f_back
            record = told[thread.ident][0]
            frames = [records[address] for address in record["refs"][:len(expected)]]
            self.assertEqual(expected, [frame["value"] for frame in frames])
            self.assertEqual({"frame"}, {frame["type"] for frame in frames})
            self.assertEqual(21, expected.count("recurse"))

    def test_frames_are_the_same_once_they_have_objects(self):
        with Waiting(depth=5) as thread:
            records, told = self.threads()
            before = [records[address]["value"] for address in told[thread.ident][0]["refs"][:8]]
            frames = sys._current_frames()
            records, told = self.threads()
            self.assertEqual(id(frames[thread.ident]), told[thread.ident][0]["refs"][0])
            self.assertEqual(before, [records[address]["value"] for address in told[thread.ident][0]["refs"][:8]])

    def test_what_a_thread_holds_is_named(self):
        variable = contextvars.ContextVar("variable")
        context = contextvars.Context()
        dumped = {}

        def inside():
            variable.set("in the context")
            try:
                raise LookupError("handled")
            except LookupError as error:
                dumped["error"] = id(error)
                dumped["threads"] = self.threads()

        context.run(inside)
        records, told = dumped["threads"]
        held = held_by(told[threading.get_ident()][0])
        self.assertEqual((id(context), dumped["error"]), (held["context"], held["exc_value"]))
        self.assertEqual([], [record for record, _ in told.values() for address in record["refs"] if address not in records])

    def test_hooks_of_a_thread_are_named(self):
        def trace(*_):
            return None

        def hook(*_):
            return None

        hooks = sys.get_asyncgen_hooks()
        self.addCleanup(sys.set_asyncgen_hooks, *hooks)
        sys.set_asyncgen_hooks(firstiter=hook, finalizer=trace)
        before = sys.getprofile()
        self.addCleanup(sys.setprofile, before)
        sys.setprofile(trace)
        record = self.threads()[1][threading.get_ident()][0]
        sys.setprofile(before)
        held = held_by(record)
        self.assertEqual((id(trace), id(hook), id(trace)), (held["profile"], held["firstiter"], held["finalizer"]))

    @unittest.skipIf(sys.version_info < (3, 11), "Python does not know the kernel's number of such a thread")
    def test_a_thread_that_threading_does_not_know_has_the_name_that_the_kernel_has(self):
        found, ready, end = [], threading.Event(), threading.Event()

        def work():
            found.append((_thread.get_ident(), _thread.get_native_id()))
            with open("/proc/self/task/%d/comm" % found[0][1], "w") as name:
                name.write("poller")
            ready.set()
            end.wait()

        _thread.start_new_thread(work, ())
        ready.wait()
        for fork in (False, True):
            record, facts = self.threads(fork=fork)[1][found[0][0]]
            self.assertEqual(("poller", found[0][1]), (record["name"], facts["native_id"]))
            self.assertNotIn("daemon", facts)
        end.set()

    def test_a_program_without_threading_has_a_thread_too(self):
        code = "import sys; from dryad import scanner; assert 'threading' not in sys.modules; " \
            "scanner.dump_all_objects(sys.argv[1])"
        subprocess.check_call([sys.executable, "-S", "-c", code, self.path()])
        record, = read(self.path()).of_type("<thread>")
        frame, = (read(self.path())[address] for address in record["refs"][:1])
        self.assertEqual("<module>", frame["value"])

    def test_dumps_of_a_part_have_no_threads(self):
        scanner.dump_gc_objects(self.path())
        self.assertEqual([], read(self.path()).of_type("<thread>"))
        self.assertEqual([], self.dump_of(sys._getframe()).of_type("<thread>"))

    def test_names_are_told_where_values_are_not(self):
        with Waiting(name="billing-7") as thread:
            record, facts = self.threads(values="none")[1][thread.ident]
            self.assertEqual(("billing-7", thread.ident), (record["name"], facts["ident"]))

    def test_a_strange_table_of_threads_does_no_harm(self):
        known = threading._active
        self.addCleanup(setattr, threading, "_active", known)
        own = threading.get_ident()

        class Odd:
            __slots__ = ("_name",)

        odd = [{own: None}, {own: Odd(), "key": 1}, {None: None, own: known[own]}, [], None]
        told = []
        for threading._active in odd:
            told.append(self.threads()[1][own][1].get("daemon"))
        self.assertEqual([None, None, False, None, None], told)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""Dumps of a process with sub-interpreters have the objects of all of them."""

import json
import os
import subprocess
import sys
import sysconfig
import threading
import time
import unittest

from support import Case, read

try:
    import _interpreters as interpreters
except ImportError:
    try:
        import _xxsubinterpreters as interpreters
    except ImportError:
        interpreters = None

OWN_GIL = sys.version_info >= (3, 12)
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))

# Run in each interpreter: an instance, with a text that is in no source.
MARK = ", where it was made"
MAKES = """
class Made:
    def __init__(self, where):
        self.where = [where + ", where it was made"]
made = [Made(%r)]
"""


def create(shares_gil):
    if not OWN_GIL:
        return interpreters.create()
    if sys.version_info >= (3, 13):
        return interpreters.create("legacy" if shares_gil else "isolated")
    return interpreters.create(isolated=not shares_gil)


def run(interpreter, code):
    failed = interpreters.run_string(interpreter, code)
    if failed is not None:
        raise RuntimeError(failed)


def dumping(function, path, **options):
    return "from dryad import scanner\nscanner.%s(%r, **%r)" % (function, path, options)


def target(kind, path, options):
    """Runs in a process of its own, and dumps it; prints what its interpreters' numbers are."""
    made = [create(kind != "own") for _ in range(2)]
    for number, interpreter in enumerate(made):
        run(interpreter, MAKES % ("sub %d" % number))
    exec(MAKES % "main", globals())
    if kind == "inside":
        run(made[1], dumping("dump_all_objects", path, **options))
    elif kind == "busy":
        busy = create(False)
        threading.Thread(target=run, args=(busy, "while True: pass"), daemon=True).start()
        time.sleep(0.2)
        exec(dumping("dump_all_objects", path, **options))
    elif kind == "tracked":
        exec(dumping("dump_gc_objects", path, **options))
    else:
        exec(dumping("dump_all_objects", path, **options))
    print(json.dumps([int(interpreter) for interpreter in made]), flush=True)
    os._exit(0)


class InterpretersTest(Case):
    def process(self, kind, **options):
        return subprocess.run([sys.executable, __file__, kind, self.path(), json.dumps(options)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, timeout=200)

    def check_dump(self, kind, **options):
        done = self.process(kind, **options)
        self.assertEqual(0, done.returncode, done.stderr)
        numbers, records = json.loads(done.stdout), read(self.path())
        found = {record["value"].replace(MARK, ""): record.get("interpreter") for record in records.with_text(MARK + '"')}
        del found[""]  # the constant in the source
        # In 3.8, one collector has the objects of all.
        expected = numbers if kind != "tracked" or sys.version_info >= (3, 9) else [None, None]
        self.assertEqual({"main": None, "sub 0": expected[0], "sub 1": expected[1]}, found)
        dangling = [(record["type"], ref) for record in records.values() for ref in record["refs"] if ref not in records]
        self.assertEqual([], dangling[:5] if kind != "tracked" else [])
        return numbers, records

    def check_all(self, kind, **options):
        numbers, records = self.check_dump(kind, **options)
        # Each has its own sys and builtins, and its own class of this name; static types are there once, for all.
        for name in ("sys", "builtins", "__main__"):
            modules = [record.get("interpreter") for record in records.of_type("module") if record["name"] == name]
            self.assertEqual(sorted([0] + numbers), sorted(number or 0 for number in modules), name)
        classes = [record.get("interpreter") for record in records.of_type("type") if record["name"] == "Made"]
        self.assertEqual(sorted([0] + numbers), sorted(number or 0 for number in classes))
        static = [record for record in records.of_type("type") if record["name"] in ("dict", "list", "object")]
        self.assertEqual([None] * 3, [record.get("interpreter") for record in static])

    def test_all_are_dumped(self):
        self.check_all("shared")

    def test_all_are_dumped_by_a_copy(self):
        self.check_all("shared", fork=True)

    def test_all_are_dumped_from_one_of_them(self):
        self.check_all("inside")
        self.check_all("inside", overwrite=True, fork=True)

    def test_the_collectors_objects_of_all_are_dumped(self):
        self.check_dump("tracked")

    @unittest.skipUnless(OWN_GIL, "they share the GIL")
    def test_all_are_dumped_where_each_has_its_own_gil(self):
        self.check_all("own")
        self.check_all("own", overwrite=True, fork=True)

    @unittest.skipUnless(OWN_GIL, "they share the GIL")
    def test_a_busy_one_with_its_own_gil_is_an_error(self):
        done = self.process("busy")
        self.assertIn("RuntimeError: an interpreter with a GIL of its own does not pause", done.stderr)
        self.assertEqual([], os.listdir(self.folder))


class FreeThreadedTest(InterpretersTest):
    def check_all(self, kind, **options):
        done = self.process(kind, **options)
        self.assertIn("RuntimeError: a free-threaded Python with sub-interpreters cannot be dumped", done.stderr)

    check_dump = check_all
    test_a_busy_one_with_its_own_gil_is_an_error = None


if __name__ == "__main__":
    if len(sys.argv) == 4:
        target(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
    if interpreters is None:
        print("no module for sub-interpreters")
        sys.exit(77)
    if FREE_THREADED:
        del InterpretersTest
    else:
        del FreeThreadedTest
    unittest.main()

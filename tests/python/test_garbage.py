# SPDX-License-Identifier: MIT
"""What nobody holds is garbage in a dump, what C code holds is a root, and nothing else is either."""

import gc
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import types
import unittest

import garbage
import program
from liveness import settle
from support import Case

FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def build_holder(folder):
    """The test's extension module, or None where there is no compiler or no header."""
    compiler = shutil.which("cc")
    include = sysconfig.get_path("include")
    if compiler is None or not os.path.exists(os.path.join(include, "Python.h")):
        return None
    path = os.path.join(folder, "holder.so")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "holder.c")
    subprocess.check_call([compiler, "-shared", "-fPIC", "-I", include, source, "-o", path],
                          env={key: value for key, value in os.environ.items() if key != "LD_PRELOAD"})
    spec = importlib.util.spec_from_file_location("holder", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class GarbageTest(Case):
    @classmethod
    def setUpClass(cls):
        gc.collect()
        gc.disable()
        cls.own_folder = tempfile.mkdtemp()
        cls.holder = build_holder(cls.own_folder)
        cls.kept = program.build(1000)
        cls.told = garbage.build(cls.holder)
        test = cls("dumped")
        test.setUp()
        cls.records = test.dump()
        cls.roots, cls.garbage = settle(cls.records)
        test.doCleanups()
        shutil.rmtree(cls.own_folder)

    @classmethod
    def tearDownClass(cls):
        gc.enable()

    def dumped(self):
        """Only for the dump of the class."""

    def described(self, found):
        return [(self.records[address]["type"], self.records[address].get("value"), self.roots.get(address)) for address in found]

    def test_what_nobody_holds_is_garbage(self):
        for name, addresses in self.told["dead"].items():
            # A free-threaded Python does not count functions and classes in themselves.
            if FREE_THREADED and name in ("dead_classes", "dead_caches", "dead_frames", "dead_coroutines"):
                continue
            alive = [address for address in addresses if address not in self.garbage]
            self.assertEqual([], self.described(alive), name)

    def test_what_c_code_holds_is_none(self):
        for name, addresses in self.told["held"].items():
            dead = [address for address in addresses if address in self.garbage]
            self.assertEqual([], self.described(dead), name)

    def test_the_reason_is_that_c_code_holds_it(self):
        reasons = {self.records[address].get("value", self.records[address]["type"]): self.roots.get(address)
                   for address in self.told["held"]["held_by_c"]}
        self.assertEqual("native", reasons["list"])

    def test_nothing_of_the_program_is_garbage_or_held_by_c_code(self):
        code = (type, type(sys), types.FunctionType, types.CodeType, types.FrameType)
        own, pending, wrong = set(), [self.kept], []
        while pending:
            thing = pending.pop()
            # Threads that wait for a call have arguments on stacks that only C code knows.
            if id(thing) in own or isinstance(thing, code + (program.Blocked,)):
                continue
            own.add(id(thing))
            pending.extend(gc.get_referents(thing))
        self.assertGreater(len(own), 1000)
        for address in own & set(self.records):
            record = self.records[address]
            if address in self.garbage or (self.roots.get(address) == "native" and self.is_own(record)):
                wrong.append(address)
        self.assertEqual([], self.described(wrong))

    def is_own(self, record):
        """Whether an object is of a kind that C code of the interpreter does not hold on its own."""
        return record["type"] in ("list", "dict", "set", "tuple", "str") or hasattr(program, record["type"])


if __name__ == "__main__":
    unittest.main()

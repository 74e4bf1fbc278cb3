# SPDX-License-Identifier: MIT
"""What nobody holds is garbage in a dump, what C code holds is a root, and nothing else is either."""

import gc
import shutil
import sysconfig
import tempfile
import unittest

import garbage
import program
from liveness import Liveness
from support import Case

FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


class GarbageTest(Case):
    @classmethod
    def setUpClass(cls):
        gc.collect()
        gc.disable()
        cls.own_folder = tempfile.mkdtemp()
        garbage.compile_holder(cls.own_folder, sysconfig.get_path("include"))
        cls.holder = garbage.load_holder(cls.own_folder)
        cls.kept = program.build(1000)
        cls.told = garbage.build(cls.holder)
        test = cls("dumped")
        test.setUp()
        cls.liveness = Liveness(test.dump())
        test.doCleanups()
        shutil.rmtree(cls.own_folder)

    @classmethod
    def tearDownClass(cls):
        gc.enable()

    def dumped(self):
        """Only for the dump of the class."""

    def test_what_nobody_holds_is_garbage(self):
        self.assertEqual({}, self.liveness.wrongly_alive(self.told["dead"], FREE_THREADED))

    def test_what_c_code_holds_is_none(self):
        self.assertEqual({}, self.liveness.wrongly_dead(self.told["held"]))

    def test_the_reason_is_that_c_code_holds_it(self):
        reasons = {kind: reason for kind, _, reason in self.liveness.described(self.told["held"]["held_by_c"])}
        self.assertEqual("native", reasons["list"])

    def test_nothing_of_the_program_is_garbage_or_held_by_c_code(self):
        kept = garbage.reached_from(self.kept)
        self.assertGreater(len(kept), 1000)
        self.assertEqual([], self.liveness.wrong_of_program(kept))


if __name__ == "__main__":
    unittest.main()

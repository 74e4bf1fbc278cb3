# SPDX-License-Identifier: MIT
"""Tests mutate.py with a build whose tests are shell scripts."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mutate  # noqa: E402


class Mutate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = pathlib.Path(folder.name)
        mutations = mutate.read_list()
        self.file = mutations[0].file
        self.programs = {mutate.program_of(test) for mutation in mutations if mutation.file == self.file
                         for test in mutation.tests}
        (self.build / "compile_commands.json").write_text("[]")
        (self.build / "tests").mkdir()

    def write_tests(self, script):
        for program in self.programs:
            path = self.build / program if program == "dryad" else self.build / "tests" / program
            path.write_text("#!/bin/sh\n" + script)
            path.chmod(0o755)

    def start(self, *words):
        return subprocess.Popen([sys.executable, mutate.__file__, "--build", self.build, *words], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_a_sample_of_none_is_refused(self):
        child = self.start("0")
        self.assertEqual((*child.communicate(timeout=60), child.returncode), ("", "mutate: no mutation to try\n", 1))

    def test_a_test_that_fails_without_a_mutation_is_reported(self):
        self.write_tests("exit 1\n")
        child = self.start(self.file)
        self.assertIn("fails without any mutation", child.communicate(timeout=60)[1])
        self.assertEqual(child.returncode, 1)

    def test_sigterm_ends_the_tests_and_leaves_no_folder(self):
        self.write_tests(f"cd {self.build}; echo $$ > $$; mv $$ pid; exec sleep 600\n")
        child = self.start(self.file)
        deadline = time.monotonic() + 30
        while not (self.build / "pid").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(len(list(self.build.glob("mutate-*"))), 1)
        child.send_signal(signal.SIGTERM)
        self.assertEqual((child.communicate(timeout=30)[1], child.returncode), ("terminated\n", 1))
        self.assertEqual(list(self.build.glob("mutate-*")), [])
        self.assertFalse(os.path.exists("/proc/" + (self.build / "pid").read_text().strip()))


if __name__ == "__main__":
    unittest.main()

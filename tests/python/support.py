# SPDX-License-Identifier: MIT
"""What the tests of dryad.scanner share: dumps as Python data, and dryad itself."""

import gzip
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from dryad import scanner

DRYAD = os.environ.get("DRYAD", os.path.join("build", "dryad"))


def parse(lines):
    """The records of a dump by address; each line must be good JSON, and each address come once."""
    records = {}
    for line in lines:
        record = json.loads(line)
        if record["address"] in records:
            raise AssertionError("twice: %r" % line)
        records[record["address"]] = record
    return records


def read(path):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as lines:
        return parse(lines)


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name="heap.dump"):
        return os.path.join(self.folder, name)

    def dump(self, **options):
        path = self.path()
        scanner.dump_all_objects(path, overwrite=True, **options)
        return read(path)

    def dump_of(self, thing, **options):
        path = self.path()
        scanner.dump_all_referenced(path, thing, overwrite=True, **options)
        return read(path)

    def dryad(self, path, code):
        """What dryad prints for a piece of Lua on a dump."""
        environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
        done = subprocess.run([DRYAD, "-e", code, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, env=environment, universal_newlines=True)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout.strip()

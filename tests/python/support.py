# SPDX-License-Identifier: MIT
"""Shared by the tests of dryad.scanner: dumps as Python data, and dryad itself."""

import collections.abc
import gzip
import json
import os
import shlex
import shutil
import subprocess
import tempfile
import unittest

from dryad import scanner

AT_LENGTH = bool(os.environ.get("DRYAD_TEST_AT_LENGTH"))
DRYAD = shlex.split(os.environ.get("DRYAD", os.path.join("build", "dryad")))  # with what runs it


class Records(collections.abc.Mapping):
    """The objects of a dump by address. Addresses must be unique, and every accessed record must be valid JSON.

    The dump must begin with the facts of its process, `process`, and end with the number of lines before that end.
    """

    def __init__(self, lines):
        self.lines, self.parsed = {}, {}
        first, *objects, last = lines
        first, last = json.loads(first), json.loads(last)
        self.process = json.loads(first.pop("value"))
        expected = {"address": 1, "type": "<process>", "size": 0, "refs": []}, \
            {"address": 2, "type": "<end>", "size": 0, "value": len(objects) + 1, "refs": []}
        if (first, last) != expected:
            raise AssertionError("not %r: %r" % (expected, (first, last)))
        for line in objects:
            address = int(line[len('{"address": '):].split(b"," if isinstance(line, bytes) else ",", 1)[0])
            if address in self.lines:
                raise AssertionError("twice: %r" % line)
            self.lines[address] = line

    def __getitem__(self, address):
        if address not in self.parsed:
            record = json.loads(self.lines[address])
            if record["address"] != address:
                raise AssertionError("not %d: %r" % (address, record))
            self.parsed[address] = record
        return self.parsed[address]

    def with_text(self, text):
        """The records whose lines have a text."""
        return [self[address] for address, line in self.lines.items() if text in line]

    def of_type(self, name):
        return self.with_text('"type": "%s"' % name)

    def __contains__(self, address):
        return address in self.lines

    def __iter__(self):
        return iter(self.lines)

    def __len__(self):
        return len(self.lines)


def read(path):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as lines:
        return Records(lines)


class Case(unittest.TestCase):
    """A test with its own folder."""

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
        """The output of dryad for Lua code on a dump."""
        environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
        done = subprocess.run(DRYAD + ["-e", code, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, env=environment, universal_newlines=True)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout.strip()

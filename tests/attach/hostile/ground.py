# SPDX-License-Identifier: MIT
"""The setup for hostile programs: dryad runs as root, the programs as `nobody`."""

import os
import tempfile

from program import Program
from support import NOBODY, check, check_dump_or_refusal

CONTROL_CHARACTERS = {chr(i) for i in [*range(32), *range(127, 160)]} - {"\n"}


class Ground:
    """A folder of nobody's for the attackers, and one of root's for dumps and for files that must not change."""

    def __init__(self, interpreter):
        self.interpreter, self.dumps = interpreter, 0

    def __enter__(self):
        self.theirs, self.ours = tempfile.TemporaryDirectory(dir="/tmp"), tempfile.TemporaryDirectory(dir="/tmp")
        self.folder = self.theirs.name
        os.chown(self.folder, NOBODY, NOBODY)
        return self

    def __exit__(self, *_):
        self.theirs.cleanup()
        self.ours.cleanup()

    def path(self, name):
        return os.path.join(self.folder, name)

    def own_path(self, name):
        return os.path.join(self.ours.name, name)

    def output(self):
        """A new name for a dump."""
        self.dumps += 1
        return self.own_path("%d.dump" % self.dumps)

    def program(self, kind, before=(), code="", **more):
        return Program(self.interpreter, kind, before, code, nobody=True, **more)


def check_clean(text):
    """The text has nothing that a terminal would take for a command."""
    found = {c for c in text if c in CONTROL_CHARACTERS or "\udc80" <= c <= "\udcff"}
    check(not found, "raw bytes for a terminal:", ascii(text))


def check_hostile(done, path):
    """The result is a dump or a sentence. True: a dump."""
    check_clean(done.text)
    return check_dump_or_refusal(done, path)

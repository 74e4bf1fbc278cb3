# SPDX-License-Identifier: MIT
"""The Pythons that run the programs: of this system, or of one in a folder, by chroot (see tests/python/run)."""

import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
RUN = os.path.join(os.path.dirname(HERE), "python", "run")


class Unusable(Exception):
    """A Python that cannot run here."""


class Interpreter:
    """PATH, or ROOT:PATH where PATH is inside of the folder ROOT."""

    def __init__(self, text, build, modules=()):
        root, self.foreign, path = text.rpartition(":")
        self.command = [RUN, "--root", root, path] if self.foreign else [RUN, path]
        self.environment = dict(os.environ, DRYAD_BUILD=build)
        self.environment.setdefault("DRYAD", "")
        done = self.run(os.path.join(HERE, "facts.py"), *modules, timeout=60)
        if done.returncode != 0:
            raise Unusable("%s: %s" % (text, done.stderr.strip() or "status %d" % done.returncode))
        self.version, *self.modules = done.stdout.split()

    @property
    def number(self):
        return tuple(int(part.rstrip("dt")) for part in self.version.split("."))

    def seen(self, path):
        """The path by which it finds a file of this system."""
        return "/mnt" + path if self.foreign else path

    def run(self, program, *arguments, **options):
        return subprocess.run(self.command + [program] + list(arguments), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, errors="replace",
                              env=self.environment, **options)

    def can_run(self, incident):
        return self.number >= incident.python and set(incident.needs) <= set(self.modules)

# SPDX-License-Identifier: MIT
"""Programs under test: a Python that plays one of the kinds of target.py."""

import os
import shlex
import shutil
import signal
import struct
import subprocess
import tempfile
import time

from support import HERE, NOBODY, PATIENCE, check, check_nothing_is_left, children, run, status_field, wait_until

STATUS = 7  # of a program that is as it should be when it ends
STOP, READY = 8, 9
WOKEN = "read"  # the kind that waits for a signal, each time
ALL, NOT_DESCRIPTORS = b"\1", b"\2"
FIRST = "first"
SETPRIV = ["setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY, "--clear-groups"]


class Interpreter:
    """A Python under test: a command, perhaps `chroot FOLDER python`. In a chroot, programs are copied to its /tmp."""

    def __init__(self, command):
        self.words = shlex.split(command)
        self.root = os.path.realpath(self.words[1]) if self.words[0] == "chroot" else ""

    def ask(self, code):
        done = run(*self.words, "-c", code)
        check(done.returncode == 0, self, done.stderr)
        return done.stdout.strip()

    def folder(self):
        """The folder for its programs."""
        return self.root + "/tmp" if self.root else None

    def __str__(self):
        return " ".join(self.words)


def as_nobody():
    """For subprocess: makes the child another user, without any rights here."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


class Program:
    """Runs target.py; the program ends with the `with` block, or by `stop`, which also checks it.

    before: words of a command that executes the rest of its arguments. code: Python for the program to run before it
    starts. nobody: it becomes user `nobody` after `before`, or, with FIRST, before that. folder: for its own files.
    environment: additional variables. forks: `before` starts it as a child.
    """

    def __init__(self, interpreter, kind, before=(), code="", nobody=False, folder=None, environment=None, forks=False):
        if isinstance(interpreter, str):
            interpreter = Interpreter(interpreter)
        self.folder = tempfile.TemporaryDirectory(dir=folder or interpreter.folder())
        target = shutil.copy(os.path.join(HERE, "target.py"), self.folder.name)
        self.path = os.path.join(self.folder.name, "shared")
        with open(self.path, "wb") as file:
            file.write(bytes(64))
        if nobody:
            for path in (self.folder.name, self.path, target):
                os.chown(path, NOBODY, NOBODY)
        self.errors = open(os.path.join(self.folder.name, "errors"), "w+", errors="replace")
        inside = [path[len(interpreter.root):] for path in (target, self.path)]
        becomes = SETPRIV if nobody and nobody != FIRST else []
        variables = ["env", *map("=".join, environment.items())] if environment else []
        words = [*before, *becomes, *variables, *interpreter.words, inside[0], kind, inside[1], code]
        self.process = subprocess.Popen(words, stderr=self.errors, stdin=subprocess.DEVNULL, cwd="/",
                                        preexec_fn=as_nobody if nobody == FIRST else None)
        self.kind, self.pid = kind, self.process.pid
        try:
            self.wait(lambda memory: memory[READY] and (memory[:8] != bytes(8) or kind == WOKEN))
            if forks:
                self.pid, = children(self.pid)
        except BaseException:
            self.__exit__()
            raise
        if kind == WOKEN:
            wait_until(lambda: status_field(self.pid, "State").startswith("S"), "does not wait")

    def memory(self):
        with open(self.path, "rb") as file:
            return file.read(64)

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def wait(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition(self.memory()):
            check(self.process.poll() is None, self.kind, "ended with", self.process.returncode, self.said())
            check(time.monotonic() < deadline, self.kind, "does not go on")
            time.sleep(0.005)

    def count(self):
        return struct.unpack_from("<Q", self.memory())[0]

    def goes_on(self):
        """Its main thread makes progress."""
        before = self.count()
        if self.kind == WOKEN:
            os.kill(self.pid, signal.SIGUSR1)
        self.wait(lambda memory: struct.unpack_from("<Q", memory)[0] > before)

    def stop(self, checks=ALL, clean=True):
        """Ends it, and checks that its state is as before any dump: its threads, objects, children, and with ALL its
        descriptors.

        clean: dryad must have left nothing in it by now.
        """
        if clean:
            check_nothing_is_left(self.pid)
        with open(self.path, "r+b") as file:
            file.seek(STOP)
            file.write(checks)
        if self.kind == WOKEN:
            os.kill(self.pid, signal.SIGUSR1)
        status = self.process.wait(PATIENCE)
        check(status == STATUS, self.kind, "ended with", status, self.said())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        elif self.process.returncode != STATUS:
            print("%s ended with %d and said: %s" % (self.kind, self.process.returncode, self.said()))
        self.errors.close()
        self.folder.cleanup()

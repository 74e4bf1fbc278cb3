"""What the tests of dumps from outside have in common."""

import json
import os
import signal
import struct
import subprocess
import tempfile
import time

DRYAD = os.environ.get("DRYAD", "build/dryad")
HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "attach_target.py")
SKIPPED = 77


def run(*words, **options):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=300,
                          **options)


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


class Program:
    """A program under test, stopped at the end."""

    def __init__(self, python, kind, before=(), folder=None, target=TARGET):
        self.folder = tempfile.TemporaryDirectory(dir=folder)
        self.path = os.path.join(self.folder.name, "shared")
        with open(self.path, "wb") as file:
            file.write(bytes(64))
        self.errors = open(os.path.join(self.folder.name, "errors"), "w+")
        self.process = subprocess.Popen([*before, python, target, kind, self.path], stderr=self.errors)
        self.kind, self.pid = kind, self.process.pid
        self.wait(lambda memory: memory[9] and memory[:8] != bytes(8) or kind == "read" and memory[9])
        time.sleep(0.1)

    def memory(self):
        with open(self.path, "rb") as file:
            return file.read(64)

    def wait(self, condition, seconds=30):
        for _ in range(seconds * 50):
            if condition(self.memory()):
                return True
            if self.process.poll() is not None:
                self.errors.seek(0)
                raise AssertionError("%s ended with %s: %s" % (self.kind, self.process.returncode, self.errors.read()))
            time.sleep(0.02)
        raise AssertionError("%s does not go on" % self.kind)

    def count(self):
        return struct.unpack_from("<Q", self.memory())[0]

    def goes_on(self):
        before = self.count()
        if self.kind == "read":
            os.kill(self.pid, signal.SIGUSR1)
        self.wait(lambda memory: struct.unpack_from("<Q", memory)[0] > before)

    def stop(self):
        with open(self.path, "r+b") as file:
            file.seek(8)
            file.write(b"\1")
        if self.kind == "read":
            os.kill(self.pid, signal.SIGUSR1)
        status = self.process.wait(30)
        self.errors.seek(0)
        check(status == 7, self.kind, "ended with", status, self.errors.read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.errors.close()
        self.folder.cleanup()


FACTS = """
local r = heap.report
local numbers = 0
local heap = dryad.load(heap.path, { progress = false })
for _, o in ipairs(heap "Known") do numbers = numbers + o.d.number end
print(r.bad_lines, r.truncated and 1 or 0, r.duplicates, #heap "Known", numbers, r.objects)
"""


def check_dump(path, objects):
    done = run(DRYAD, "-e", FACTS, "--raw", path)
    check(done.returncode == 0, done.stderr)
    facts = [int(word) for word in done.stdout.split()]
    check(facts == [0, 0, 0, 1000, sum(range(1000)), objects], "the dump has", done.stdout)


def dump(pid, path, *options, **more):
    done = run(DRYAD, "dump", str(pid), "-o", path, "--json", *options, **more)
    check(done.returncode == 0, done.stderr)
    return json.loads(done.stdout)


def refused(pid, *options, **more):
    done = run(DRYAD, "dump", str(pid), *options, **more)
    check(done.returncode == 2 and done.stdout == "", done.returncode, done.stdout)
    return done.stderr


def left_behind():
    return {name for name in os.listdir("/tmp") if name.startswith(".dryad-")}


def tracer(pid):
    with open("/proc/%d/status" % pid) as status:
        return int(next(line for line in status if line.startswith("TracerPid:")).split()[1])


def wait_until(condition, what):
    for _ in range(500):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(what)


def start_dump(pid, path):
    return subprocess.Popen([DRYAD, "dump", str(pid), "-o", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def thread_names(pid):
    names = set()
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/comm" % (pid, thread)) as file:
            names.add(file.read().strip())
    return names


def can_attach():
    if subprocess.run(["which", "gdb"], stdout=subprocess.DEVNULL).returncode != 0:
        return False
    other = subprocess.Popen(["/bin/sleep", "100"])
    said = run("gdb", "--nx", "--batch", "-p", str(other.pid), "-ex", "info inferiors")
    other.kill()
    other.wait()
    return "process %d" % other.pid in said.stdout


def play(checks):
    """Runs checks one after the other; the status to end with."""
    if not can_attach():
        print("gdb is not there, or debuggers are not allowed here")
        return SKIPPED
    before = left_behind()
    for check_one in checks:
        check_one()
    wait_until(lambda: not left_behind() - before, "left behind")
    return 0

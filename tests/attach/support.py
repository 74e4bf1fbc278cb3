# SPDX-License-Identifier: MIT
"""Shared by the tests of `dryad dump PID`: running dryad, and inspecting processes from outside."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

DRYAD = os.path.abspath(os.environ.get("DRYAD", "build/dryad"))
HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77
SANITIZED = bool(os.environ.get("DRYAD_PRELOAD"))  # built with a sanitizer: slow, and its memory tells nothing
AT_LENGTH = bool(os.environ.get("DRYAD_TEST_AT_LENGTH"))
MOST_MEMORY = 64 << 20
AT_ONCE = 1.5  # seconds
PATIENCE = 120  # seconds, for events that are immediate unless the machine is busy
INTERRUPTED, REFUSED = 130, 2
NOBODY = 65534


class Skip(Exception):
    """This test cannot run here."""


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


def run(*words, **options):
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                          errors="surrogateescape", timeout=2 * PATIENCE, **options)


def need_root():
    if os.geteuid() != 0:
        raise Skip("needs root")


def need(*programs):
    for program in programs:
        if run("which", program).returncode != 0:
            raise Skip("%s is not there" % program)


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        check(time.monotonic() < deadline, what)
        time.sleep(0.01)


# ---- inspecting processes --------------------------------------------------------------------------------------------


def status_field(pid, name):
    """A field of /proc/PID/status; None when the process is gone."""
    try:
        with open("/proc/%d/status" % pid, errors="replace") as status:
            for line in status:
                if line.startswith(name + ":"):
                    return line.split(":", 1)[1].strip()
    except (FileNotFoundError, ProcessLookupError):
        pass
    return None


def tracer(pid):
    """The process that holds any thread of another one, or 0."""
    try:
        threads = os.listdir("/proc/%d/task" % pid)
    except FileNotFoundError:
        return 0
    return max(int(status_field(int(thread), "TracerPid") or 0) for thread in threads)


def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            return [int(word) for word in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def with_descendants(pid):
    """A process and its descendants whose parents still exist."""
    found = [pid]
    for one in found:
        found += children(one)
    return found


def queued(pid):
    """Seconds that a process was runnable but waited for a processor; 0 when it is gone."""
    try:
        with open("/proc/%d/schedstat" % pid) as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0


def descriptors(pid):
    """The open files of a process, by number."""
    opened = {}
    for number in os.listdir("/proc/%d/fd" % pid):
        try:
            opened[int(number)] = os.readlink("/proc/%d/fd/%s" % (pid, number))
        except FileNotFoundError:
            pass
    return opened


def threads(pid):
    return set(os.listdir("/proc/%d/task" % pid))


def thread_names(pid):
    names = set()
    for thread in threads(pid):
        names.add(status_field(int(thread), "Name"))
    return names


def mapped_files(pid):
    with open("/proc/%d/maps" % pid, errors="surrogateescape") as maps:
        return {line.split(None, 5)[5].strip() for line in maps if len(line.split(None, 5)) == 6}


def of_dryad(path):
    """Whether a mapped file was put into a process by `dryad dump`."""
    return path.startswith("/memfd:") or "dryad-attach" in path


def check_nothing_is_left(pid):
    """The library and its thread have left the process. They do so by themselves, a moment after the dump."""
    wait_until(lambda: not any(map(of_dryad, mapped_files(pid))), "the library stays mapped")
    wait_until(lambda: not any("dryad" in name for name in thread_names(pid) if name), "a thread of dryad's stays")
    check(tracer(pid) == 0, "still held")


def can_attach():
    """Whether a process may trace one that it did not start."""
    seize = "import ctypes, sys; sys.exit(ctypes.CDLL(None).ptrace(0x4206, int(sys.argv[1]), 0, 0) != 0)"
    other = subprocess.Popen(["sleep", "100"])
    try:
        return run(sys.executable, "-c", seize, str(other.pid)).returncode == 0
    finally:
        other.kill()
        other.wait()


# ---- dumping ---------------------------------------------------------------------------------------------------------


class Dump:
    """The result of a run of `dryad dump`: status, text, its duration in seconds, the part of it in which it, its helper
    or the test waited for a processor, and its bytes of memory."""

    def __init__(self, status, text, seconds, queued, memory):
        self.status, self.text, self.seconds, self.queued, self.memory = status, text, seconds, queued, memory

    def __str__(self):
        return "status %s after %.1f s: %r" % (self.status, self.seconds, self.text[-2000:])

    @property
    def objects(self):
        found = re.search(r"([\d,]+) objects", self.text)
        check(found, "no number of objects:", self)
        return int(found.group(1).replace(",", ""))

    def check_time(self, most, *what):
        """It took at most this many seconds, not counting those in which a busy machine did not let it run."""
        check(SANITIZED or self.seconds - self.queued < most, *what, "took too long:", self)

    @property
    def held(self):
        """How long the process was held, in milliseconds."""
        found = re.search(r"held for ([\d.]+) ?(m?)s", self.text)
        check(found, "does not report how long it was held:", self)
        return float(found.group(1)) * (1 if found.group(2) else 1000)


class Dumping:
    """A running or finished `dryad dump`; keeps its output."""

    def __init__(self, pid, *options, before=(), **more):
        self.output = tempfile.TemporaryFile()
        self.began, self.queued, self.usage = time.monotonic(), {}, None
        self.queued_before = queued(os.getpid())
        self.process = subprocess.Popen([*before, DRYAD, "dump", *options, str(pid)], stdin=subprocess.DEVNULL,
                                        stdout=self.output, stderr=self.output, **more)
        self.pid = self.process.pid

    def has_ended(self):
        if self.usage is None:
            ended, status, usage = os.wait4(self.pid, os.WNOHANG)
            if ended == 0:
                return False
            self.usage = usage
            self.process.returncode = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return True

    def send(self, number):
        """Not through subprocess, which would reap it before has_ended does."""
        if not self.has_ended():
            os.kill(self.pid, number)

    def look(self):
        for one in with_descendants(self.pid):
            self.queued[one] = max(self.queued.get(one, 0), queued(one))
        self.queued[os.getpid()] = queued(os.getpid()) - self.queued_before

    def wait(self):
        """Waits until it ends."""
        deadline = time.monotonic() + PATIENCE
        while not self.has_ended():
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError("dryad does not end; it said %r" % self.said()[-2000:])
            self.look()
            time.sleep(0.01)
        self.look()
        seconds = time.monotonic() - self.began
        memory = self.usage.ru_maxrss * 1024  # the most that it, or its helper, ever had
        check(SANITIZED or memory < MOST_MEMORY, "dryad took", memory, "bytes of memory")
        text = self.said().decode(errors="surrogateescape")
        return Dump(self.process.returncode, text, seconds, sum(self.queued.values()), memory)

    def end(self, number):
        """Sends a signal, upon which it must end at once."""
        self.look()
        told, before = time.monotonic(), sum(self.queued.values())
        self.send(number)
        done = self.wait()
        seconds = time.monotonic() - told - (done.queued - before)
        check(SANITIZED or seconds < AT_ONCE, "took %.1f s to end for a signal:" % seconds, done)
        return done

    def said(self):
        self.output.seek(0)
        return self.output.read()

    def helpers(self):
        return [one for one in with_descendants(self.pid) if one != self.pid]

    def kill(self, number=signal.SIGKILL):
        for one in reversed(with_descendants(self.pid)):
            try:
                os.kill(one, number)
            except ProcessLookupError:
                pass
        self.reap()

    def reap(self):
        while not self.has_ended():
            time.sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self.has_ended():
            self.kill()
        self.output.close()


def wait_until_held(dumping, program):
    """Waits until the program is seized, or the dump is over."""
    while tracer(program.pid) == 0 and not dumping.has_ended():
        pass


def try_dump(pid, *options, **more):
    with Dumping(pid, *options, **more) as dumping:
        return dumping.wait()


def dump(pid, path, *options, **more):
    """A dump that must be good."""
    done = try_dump(pid, "-o", path, *options, **more)
    check(done.status == 0, done)
    return done


def check_refused(done, *words):
    """Refused with one sentence, which has these words."""
    check(done.status == REFUSED, "not refused:", done)
    lines = [line for line in done.text.splitlines() if line.strip()]
    check(len(lines) == 1, "more or less than a sentence:", done)
    for word in words:
        check(word in done.text, "does not mention", repr(word), done)


def check_dump_or_refusal(done, path):
    """Checks the outcome of dumping a hostile program: a dump (true) or a refusal (false)."""
    if done.status == 0:
        check(os.path.isfile(path), "no dump:", done)
        return True
    check_refused(done)
    check(not os.path.exists(path), "a refused dump left a file")
    return False


def tell(what, done):
    """Prints how a dump ended."""
    print("%s: %s after %.1f s, %d KiB: %s" % (
        what, done.status, done.seconds, done.memory >> 10, ascii(done.text.strip())), flush=True)


# A stand-alone oracle for the objects of target.py: a thousand instances with the numbers from 0 to 999.
FACTS = """
local r = heap.report
local numbers = 0
local heap = dryad.load(heap.file, { progress = false })
for _, o in ipairs(heap "Known") do numbers = numbers + o.d.number end
print(r.bad_lines, r.truncated and 1 or 0, r.duplicates, #heap "Known", numbers, r.objects)
"""


def check_dump(path, objects=None):
    """The dump is complete, and has the reported number of objects."""
    done = run(DRYAD, "-e", FACTS, "--raw", path)
    check(done.returncode == 0, done.stderr)
    facts = [int(word) for word in done.stdout.split()]
    check(facts[:5] == [0, 0, 0, 1000, sum(range(1000))] and objects in (None, facts[5]), "the dump has", done.stdout)


# ---- utilities ------------------------------------------------------------------------------------------------------


def libc():
    return ctypes.CDLL(None, use_errno=True)


def compile_c(source, program, *flags):
    """Compiles a source text of several lines, a file of this folder, or several files."""
    need("cc")
    words = ["cc", "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-w", "-o", program]
    if isinstance(source, list):
        done = run(*words, *source, *flags)
    elif "\n" in source:
        done = run(*words, "-x", "c", "-", *flags, input=source)
    else:
        done = run(*words, os.path.join(HERE, source), *flags)
    check(done.returncode == 0, "cc", program, done.stderr)
    return program

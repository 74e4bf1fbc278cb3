# SPDX-License-Identifier: MIT
"""Programs to be dumped from outside, unprepared for it: target.py KIND SHARED-FILE [CODE]

SHARED-FILE has 64 bytes: the program's loop count (8 bytes), a byte that tells it to stop (2: its descriptors may have
changed), and one by which it reports that it is ready. CODE is Python that runs first, and may define another kind. The
program ends with status 7 if its state is as it should be, else with a traceback.
"""

import collections
import mmap
import os
import signal
import struct
import subprocess
import sys
import threading
import time

STATUS, STOP, READY, PATIENCE = 7, 8, 9, 60


class Known:
    """Every dump must have a thousand of these."""

    def __init__(self, number):
        self.number = number
        self.text = "known %d" % number


class Shared:
    def __init__(self, path):
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 64)

    def beat(self):
        count = struct.unpack_from("<Q", self.memory)[0]
        struct.pack_into("<Q", self.memory, 0, count + 1)

    def must_stop(self):
        return self.memory[STOP] != 0

    def ready(self):
        self.memory[READY] = 1


def spin(shared):
    while not shared.must_stop():
        shared.beat()


def sleep(shared):
    while not shared.must_stop():
        began = time.monotonic()
        time.sleep(0.2)
        assert time.monotonic() - began >= 0.2
        shared.beat()


def read(shared):
    """One system call that does not return by itself: a signal from the test ends it."""
    ends = os.pipe()
    signal.signal(signal.SIGUSR1, lambda *_: os.write(ends[1], b"x"))
    while not shared.must_stop():
        assert os.read(ends[0], 1) == b"x"
        shared.beat()


def lock(shared):
    held = threading.Lock()
    held.acquire()

    def release():
        while not shared.must_stop():
            time.sleep(0.3)
            held.release()

    threading.Thread(target=release, daemon=True).start()
    while not shared.must_stop():
        assert held.acquire()
        shared.beat()


def threads(shared):
    def busy():
        number = 0
        while not shared.must_stop():
            number = (number * 31 + 7) % 1000003

    all_threads = [threading.Thread(target=busy) for _ in range(8)]
    for thread in all_threads:
        thread.start()
    spin(shared)
    for thread in all_threads:
        thread.join()


def allocate(shared):
    """Nearly all of its time in malloc and free."""
    kept = collections.deque(maxlen=50)
    size = 1000
    while not shared.must_stop():
        size = size * 7919 % 400009
        kept.append(bytes(600 + size))
        kept.append(bytearray(3000))
        shared.beat()


def allocate_threads(shared):
    """Threads in malloc without the GIL: those of a C library."""
    import hashlib
    import zlib

    data = os.urandom(200000)

    def work():
        while not shared.must_stop():
            zlib.compress(data, 1)
            hashlib.sha256(data).digest()

    all_threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in all_threads:
        thread.start()
    spin(shared)
    for thread in all_threads:
        thread.join()


def children(shared):
    """Starts children, and reaps any child: no foreign one may appear."""
    while not shared.must_stop():
        own = {os.posix_spawn("/bin/true", ["true"], {}) for _ in range(3)}
        while own:
            pid, status = os.waitpid(-1, 0)
            assert status == 0, status
            own.remove(pid)
        shared.beat()


def popen(shared):
    """Children by vfork or fork and exec, as subprocess creates them."""
    while not shared.must_stop():
        assert subprocess.check_output(["/bin/echo", "x"]) == b"x\n"
        shared.beat()


def forks(shared):
    """Forks without exec, and counts the signals: none may come without a child of its own."""
    signals = []
    signal.signal(signal.SIGCHLD, lambda *_: signals.append(1))
    made = 0
    while not shared.must_stop():
        pid = os.fork()
        if pid == 0:
            os._exit(3)
        made += 1
        assert os.waitpid(-1, 0) == (pid, 3 << 8)
        shared.beat()
        time.sleep(0.001)
    assert len(signals) <= made, (len(signals), made)


def loads(shared):
    """In the dynamic loader most of the time."""
    import ctypes
    import glob

    paths = glob.glob(os.path.join(os.path.dirname(os.__file__), "lib-dynload", "_*.so"))[:30]
    import _ctypes

    def load_all():
        for path in paths:
            try:
                _ctypes.dlclose(ctypes.CDLL(path)._handle)
            except OSError:
                pass

    load_all()
    yield  # some open a descriptor for ever
    while not shared.must_stop():
        load_all()
        shared.beat()


def signals(shared):
    """A timer that fires a thousand times a second."""
    rung = []

    def ring(*_):
        rung.append(1)
        del rung[:-10]

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    spin(shared)
    signal.setitimer(signal.ITIMER_REAL, 0)


def alarms(shared):
    """A timer that fires three thousand times a second while the program sleeps."""
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
    while not shared.must_stop():
        time.sleep(0.05)
        shared.beat()
    signal.setitimer(signal.ITIMER_REAL, 0)


def blocked(shared):
    """All signals blocked, as in a program that uses sigwait: none may arrive that nobody sent."""
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP})
    threading.Thread(target=allocate, args=(shared,)).start()
    while not shared.must_stop():
        time.sleep(0.01)
        assert not signal.sigpending(), signal.sigpending()


def no_gil(shared):
    """A thread that never releases the GIL: `re` with a pattern that takes for ever."""
    import re

    shared.beat()
    re.match("(a+)+$", "a" * 60 + "b")


def interpreters(shared):
    try:
        import _interpreters as module
    except ImportError:
        import _xxsubinterpreters as module

    kept = module.create()  # noqa: F841 - it goes away with its id
    sleep(shared)


def own_threads():
    return 1 + sum(thread.name != "MainThread" for thread in threading.enumerate())


def main():
    known = [Known(i) for i in range(1000)]
    kind, path, code = sys.argv[1:4]
    exec(code, globals())
    shared = Shared(path)
    is_generator = globals()[kind].__code__.co_flags & 0x20
    program = globals()[kind](shared) if is_generator else None
    if program:
        next(program)  # what it does before its state counts
    threads_before = len(os.listdir("/proc/self/task"))
    descriptors = len(os.listdir("/proc/self/fd"))
    shared.ready()
    if program:
        next(program, None)
    else:
        globals()[kind](shared)
    ended = shared.memory[STOP]
    deadline = time.monotonic() + PATIENCE  # the thread of a dump that just ended may be closing its pipes
    while len(os.listdir("/proc/self/task")) != threads_before - 1 + own_threads() and time.monotonic() < deadline:
        time.sleep(0.01)
    extra = 2 if kind == "read" else 0
    if ended == 1:
        assert len(os.listdir("/proc/self/fd")) - extra == descriptors, os.listdir("/proc/self/fd")
    assert [k.number for k in known] == list(range(1000))
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        sys.exit(STATUS)
    raise AssertionError("a child is left")


main()

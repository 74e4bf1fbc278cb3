# SPDX-License-Identifier: MIT
"""Shared code for kinds of programs for target.py that wait in one system call nearly all of the time.

target.py runs these files one after the other before its main.

A call that ends too early, or with an unexpected result, ends the program with a traceback. The shared memory counts
calls that failed with EINTR at byte 16, and calls that took too long at byte 24. Functions named c_... call the C
library directly, so that Python does not retry an interrupted call.
"""

import ctypes
import errno
import gc

SECONDS, TOO_LONG = 1.0, 1.5
EVERY = 0.3
SIGNAL = signal.SIGUSR2
INTERRUPTED_AT, LONG_AT = 16, 24

libc = ctypes.CDLL(None, use_errno=True)
shared_path = sys.argv[2]
remove_at_end = []


class timespec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


class timeval(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("microseconds", ctypes.c_long)]


def interval(seconds, clock=None):
    seconds += time.clock_gettime(clock) if clock is not None else 0
    return ctypes.byref(timespec(int(seconds), int(seconds % 1 * 1e9)))


def shortly(seconds):
    return ctypes.byref(timeval(int(seconds), int(seconds % 1 * 1e6)))


def c(name, *arguments):
    """A call that raises OSError if it returns -1."""
    ctypes.set_errno(0)
    result = getattr(libc, name)(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result


def count_at(shared, place):
    struct.pack_into("<Q", shared.memory, place, struct.unpack_from("<Q", shared.memory, place)[0] + 1)


def again_and_again(shared, call):
    """Repeats until told to stop; every result must be true, except for interrupted calls."""
    while not shared.must_stop():
        try:
            result = call()
            assert result, result
        except OSError as error:
            if error.errno != errno.EINTR:
                raise
            count_at(shared, INTERRUPTED_AT)
        shared.beat()


def timed(expected):
    """A kind from a function that waits for some seconds and must return this, or fail with this error."""

    def decorate(function):
        def kind(shared):
            wait = function()

            def call():
                began = time.monotonic()
                try:
                    result = wait(SECONDS)
                except OSError as error:
                    if error.errno == errno.EINTR:
                        raise
                    result = error.errno
                took = time.monotonic() - began
                if took > TOO_LONG:
                    count_at(shared, LONG_AT)
                assert result == expected and took > SECONDS - 0.02, (result, took)
                return True

            again_and_again(shared, call)

        return kind

    return decorate


class Feeder:
    """A child that does something now and then, until its time is up."""

    def __init__(self, action, every=EVERY):
        self.pid = os.fork()
        if self.pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            parent = os.getppid()
            while os.getppid() == parent:
                time.sleep(every)
                action()
            os._exit(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def opened():
    """The descriptors that are open."""
    found = set()
    for number in range(256):
        try:
            os.fstat(number)
            found.add(number)
        except OSError:
            pass
    return found


def closing(function):
    """A kind that closes what it opened."""

    def kind(shared):
        before = opened()
        try:
            function(shared)
        finally:
            for remove in remove_at_end:
                remove()
            gc.collect()
            for number in opened() - before:
                os.close(number)

    return kind

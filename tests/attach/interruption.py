# SPDX-License-Identifier: MIT
"""Ctrl-C, SIGTERM and a timeout end dryad at once, at any moment; the program runs on.

interruption PYTHON [COUNT]

COUNT is the number of moments (6 by default).
"""

import os
import random
import signal
import tempfile
import time

from program import Program
from support import (INTERRUPTED, Dumping, check, check_dump, check_nothing_is_left, check_refused, dump, thread_names,
                     tracer, try_dump, wait_until)

LIMIT, SLACK = 3, 2.0  # seconds


def check_end(dumping, program, path, number):
    """A signal ended it, or it was done before the signal."""
    done = dumping.end(number)
    wait_until(lambda: tracer(program.pid) == 0, "still held")
    if done.status == 0:
        check_dump(path, done.objects)
        os.remove(path)
    else:
        # Before it handles signals, they end it like any program.
        check(done.status in (INTERRUPTED, 128 + number, -number), "another status for signal", number, done)
        if done.status == INTERRUPTED:
            check("interrupted" in done.text, "does not mention it:", done)
        if os.path.exists(path):  # the signal came too late: the file is complete
            check_dump(path)
            os.remove(path)
    check(os.listdir(os.path.dirname(path)) == [], "left:", os.listdir(os.path.dirname(path)))
    return done.status != 0


def check_moments(python, kind, count):
    """At moments spread over the duration of a dump."""
    ended = 0
    with Program(python, kind) as program, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a")
        usual = dump(program.pid, path).seconds
        os.remove(path)
        for i in range(count):
            with Dumping(program.pid, "-o", path) as dumping:
                time.sleep(usual * (i + random.random()) / count)
                if not dumping.has_ended():
                    ended += check_end(dumping, program, path, (signal.SIGINT, signal.SIGTERM)[i % 2])
                elif os.path.exists(path):
                    os.remove(path)
            program.goes_on()
        check_dump(path, dump(program.pid, path).objects)
        program.stop()
    check(ended > 0, "none was interrupted")
    print("%s: %d of %d interrupted" % (kind, ended, count), flush=True)


def check_terminal(python):
    """Ctrl-C goes to all processes of the terminal's group, including the helper, and then again."""
    with Program(python, "no_gil") as program, tempfile.TemporaryDirectory() as folder:
        with Dumping(program.pid, "-o", folder + "/a", start_new_session=True) as dumping:
            wait_until(lambda: "dryad-dump" in thread_names(program.pid), "no thread of ours")
            os.killpg(dumping.pid, signal.SIGINT)
            check(check_end(dumping, program, folder + "/a", signal.SIGINT), "no need to interrupt it")
        check(program.process.poll() is None, "the program ended")


def check_gil(python):
    """The GIL is never released: dryad gives up at the timeout and reports the thread that waits for the GIL."""
    with Program(python, "no_gil") as program, tempfile.TemporaryDirectory() as folder:
        done = try_dump(program.pid, "-o", folder + "/a", "--timeout", str(LIMIT))
        check_refused(done, "GIL")
        check(done.seconds > LIMIT, "gave up too early:", done)
        done.check_time(LIMIT + SLACK)
        check(os.listdir(folder) == [], os.listdir(folder))
        check(program.process.poll() is None, "the program ended")
        check(tracer(program.pid) == 0, "still held")


# A thread that holds the GIL until a signal arrives, and then behaves like the others.
LATE = """
def late(shared):
    import ctypes
    signal.signal(signal.SIGUSR1, lambda *_: None)
    shared.beat()
    ctypes.PyDLL(None).pause()
    sleep(shared)
"""


def check_late(python):
    """The thread left waiting for the GIL ends when it gets it, and leaves nothing behind."""
    with Program(python, "late", code=LATE) as program, tempfile.TemporaryDirectory() as folder:
        check_refused(try_dump(program.pid, "-o", folder + "/a", "--timeout", str(LIMIT)), "GIL")
        program.process.send_signal(signal.SIGUSR1)
        program.goes_on()
        check_nothing_is_left(program.pid)
        done = dump(program.pid, folder + "/a")
        check_dump(folder + "/a", done.objects)
        program.stop()


def check_wrong_times(python):
    with Program(python, "sleep") as program:
        for wrong in ("0", "-1", "x", "nan", "1e99", ""):
            check_refused(try_dump(program.pid, "-o", "/dev/null", "--timeout", wrong), "timeout")
        program.stop()


def main(python, count="6"):
    for kind in ("sleep", "allocate"):
        check_moments(python, kind, int(count))
    check_terminal(python)
    check_gil(python)
    check_late(python)
    check_wrong_times(python)

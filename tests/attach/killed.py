# SPDX-License-Identifier: MIT
"""dryad, or its helper, is killed or stopped at random moments; the program runs on and is dumped again.

killed PYTHON [COUNT [KIND ...]]

COUNT moments (6 by default) for each of four kinds of programs: spread over the duration of a dump, and every second
time right after the program was seized.
"""

import os
import random
import signal
import tempfile
import time

from program import NOT_DESCRIPTORS, Interpreter, Program
from support import (Dumping, check, check_dump, check_nothing_is_left, children, descriptors, dump, status_field,
                     tracer, wait_until, wait_until_held)

KINDS = ["sleep", "threads", "allocate", "forks"]
JUST_HELD = 0.01  # seconds
# Otherwise a sanitizer looks for leaks at the end in its own child, which is not a helper.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


def wait_for_moment(dumping, program, moment, when_held):
    if not when_held:
        time.sleep(moment)
        return
    wait_until_held(dumping, program)
    time.sleep(JUST_HELD * random.random())


def kill_parent(dumping):
    dumping.send(signal.SIGKILL)


def kill_helper(dumping):
    for helper in children(dumping.pid):
        os.kill(helper, signal.SIGKILL)


def stop_helper(dumping):
    for helper in children(dumping.pid):
        os.kill(helper, signal.SIGSTOP)


def runs(pid):
    return (status_field(pid, "State") or "X")[0] not in "XZ"


def check_end(dumping, how):
    """If dryad itself was not killed, it notices and ends in time."""
    if how == kill_parent:
        dumping.reap()
        return
    done = dumping.wait()
    done.check_time(10)
    check(done.status in (0, 2), "another end:", done)
    if done.status == 2:
        check(len(done.text.strip().splitlines()) == 1, "more or less than a sentence:", done)


def check_kind(interpreter, kind, count):
    most = lost = 0
    with Program(interpreter, kind) as program, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a")
        usual = dump(program.pid, path).seconds
        for i in range(count):
            if os.path.exists(path):
                os.remove(path)
            how = (kill_parent, kill_helper, stop_helper)[i // 2 % 3]
            with Dumping(program.pid, "-o", path, "--timeout", "3", env=ENVIRONMENT) as dumping:
                wait_for_moment(dumping, program, usual * (i + random.random()) / count, when_held=i % 2 == 1)
                helpers = children(dumping.pid)
                try:
                    how(dumping)
                except ProcessLookupError:
                    pass  # it just ended
                check_end(dumping, how)
            wait_until(lambda: not any(map(runs, helpers)), "a helper stays")
            wait_until(lambda: tracer(program.pid) == 0, "still held")
            program.goes_on()
            lost += not os.path.exists(path)
            most = max(most, len(descriptors(program.pid)))
        for name in os.listdir(folder):
            os.remove(os.path.join(folder, name))
        check_nothing_is_left(program.pid)
        check_dump(path, dump(program.pid, path).objects)
        program.goes_on()
        program.stop(NOT_DESCRIPTORS)
    print("%-10s %d times, %d dumps not done; at most %d descriptors" % (kind, count, lost, most), flush=True)
    check(lost > 0, "nothing was broken off")


def main(python, count="6", *kinds):
    for kind in kinds or KINDS:
        check_kind(Interpreter(python), kind, int(count))

# SPDX-License-Identifier: MIT
"""Programs that end, exec, stop or are dumped again during a dump: endings PYTHON [COUNT]"""

import os
import random
import signal
import tempfile
import time

from program import NOT_DESCRIPTORS, Interpreter, Program
from support import (Dumping, check, check_dump, check_dump_or_refusal, check_refused, dump, status_field, thread_names,
                     tracer, wait_until, wait_until_held)

JUST_HELD = 0.01
KINDS = ["lock", "allocate", "threads"]


def check_killed(interpreter, count):
    """The program is killed at various moments of a dump, or right after it was seized: dryad reports that, and leaves
    no file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a")
        with Program(interpreter, KINDS[0]) as program:
            usual = dump(program.pid, path).seconds
            os.remove(path)
            program.stop()
        refused = 0
        for i in range(count):
            kind = KINDS[i // 2 % len(KINDS)]
            with Program(interpreter, kind) as program, Dumping(program.pid, "-o", path) as dumping:
                if i % 2 == 0:
                    time.sleep(usual * (i + random.random()) / count)
                else:
                    wait_until_held(dumping, program)
                    time.sleep(JUST_HELD * random.random())
                program.process.kill()
                program.process.wait()
                killed = time.monotonic() - dumping.began
                done = dumping.wait()
                if check_dump_or_refusal(done, path):  # the copy may survive; then the dump is good
                    check_dump(path, done.objects)
                    os.remove(path)
                else:
                    refused += 1
                    done.check_time(killed + 3, "noticed late;")
                check(os.listdir(folder) == [], os.listdir(folder))
    print("killed %d times while dumped: %d dumps not done" % (count, refused))
    check(refused > 0, "was never killed before the end")


# Ends at once when told to.
LEAVES = """
def leaves(shared):
    spin(shared)
    os._exit(STATUS)
"""


def check_exits(interpreter, count):
    """The program ends by itself right after it was seized: it ends normally, and dryad notices."""
    dumped = 0
    for i in range(count):
        with Program(interpreter, "leaves", code=LEAVES) as program, tempfile.TemporaryDirectory() as folder:
            with Dumping(program.pid, "-o", folder + "/a") as dumping:
                wait_until_held(dumping, program)
                time.sleep(JUST_HELD * random.random())
                program.stop(NOT_DESCRIPTORS, clean=False)
                done = dumping.wait()
                if check_dump_or_refusal(done, folder + "/a"):
                    check_dump(folder + "/a", done.objects)
                    dumped += 1
    print("ended by itself %d times: %d dumped" % (count, dumped))


def check_killed_waiting(interpreter):
    """The same while dryad's thread waits for the GIL."""
    with Program(interpreter, "no_gil") as program, tempfile.TemporaryDirectory() as folder:
        with Dumping(program.pid, "-o", folder + "/a") as dumping:
            wait_until(lambda: "dryad" in " ".join(filter(None, thread_names(program.pid))), "no thread of ours")
            program.process.kill()
            program.process.wait()
            check_refused(dumping.wait(), "ended")
        check(os.listdir(folder) == [], os.listdir(folder))


# A program that executes itself again and again, counting in the shared file.
EXECUTES = """
def executes(shared):
    time.sleep(0.02)
    shared.beat()
    if shared.must_stop():
        return
    os.execv(sys.executable, [sys.executable, *sys.argv])
"""


def check_executes(interpreter, count):
    dumped = 0
    with Program(interpreter, "executes", code=EXECUTES) as program, tempfile.TemporaryDirectory() as folder:
        for i in range(count):
            path = "%s/%d" % (folder, i)
            with Dumping(program.pid, "-o", path, "--timeout", "2") as dumping:
                dumped += check_dump_or_refusal(dumping.wait(), path)
            check(tracer(program.pid) == 0, "still held")
            program.goes_on()
    print("executes itself: %d of %d dumped" % (dumped, count))


def check_stops(interpreter):
    """Stopped by job control during a dump: it stays stopped until it is continued."""
    with Program(interpreter, "allocate") as program, tempfile.TemporaryDirectory() as folder:
        for i in range(3):
            path = "%s/%d" % (folder, i)
            with Dumping(program.pid, "-o", path, "--timeout", "3") as dumping:
                time.sleep(0.06 * i)
                program.process.send_signal(signal.SIGSTOP)
                check_dump_or_refusal(dumping.wait(), path)
            wait_until(lambda: status_field(program.pid, "State").startswith("T"), "is not stopped any more")
            before = program.count()
            time.sleep(0.1)
            check(program.count() == before, "runs though it is stopped")
            program.process.send_signal(signal.SIGCONT)
            program.goes_on()
        check_dump(folder + "/last", dump(program.pid, folder + "/last").objects)
        program.stop()


def check_both(interpreter):
    """Two simultaneous dumps of one program: both are good, or one reports that the other holds it."""
    with Program(interpreter, "sleep") as program, tempfile.TemporaryDirectory() as folder:
        with Dumping(program.pid, "-o", folder + "/a") as one, Dumping(program.pid, "-o", folder + "/b") as other:
            good = 0
            for dumping, path in ((one, folder + "/a"), (other, folder + "/b")):
                done = dumping.wait()
                if check_dump_or_refusal(done, path):
                    check_dump(path, done.objects)
                    good += 1
            check(good > 0, "neither is good")
        program.goes_on()
        program.stop()


def main(python, count="6"):
    interpreter = Interpreter(python)
    check_killed(interpreter, int(count))
    check_exits(interpreter, int(count))
    check_killed_waiting(interpreter)
    check_executes(interpreter, int(count))
    check_stops(interpreter)
    check_both(interpreter)

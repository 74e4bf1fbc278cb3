"""Dumps from outside that cannot be, or are broken off: attach_trouble.py PYTHON

The program under test always runs on.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

from attach_support import (DRYAD, Program, check, check_dump, dump, left_behind, play, refused, run, start_dump, thread_names,
                            tracer, wait_until)


def check_refusals(python):
    check("there is no process 4194305" in refused(4194305), "no process")
    other = subprocess.Popen(["/bin/sleep", "1000"])
    check("is no Python" in refused(other.pid), "no Python")
    other.send_signal(signal.SIGSTOP)
    time.sleep(0.1)
    check("is stopped" in refused(other.pid), "stopped")
    other.kill()
    time.sleep(0.1)
    check("has ended" in refused(other.pid), "zombie")
    other.wait()
    with tempfile.TemporaryDirectory() as folder:
        source, program = os.path.join(folder, "a.c"), os.path.join(folder, "a")
        with open(source, "w") as file:
            file.write("#include <unistd.h>\nint main(void) { return pause(); }\n")
        if run("cc", "-static", source, "-o", program).returncode == 0:
            other = subprocess.Popen([program])
            time.sleep(0.1)
            check("linked statically" in refused(other.pid), "static")
            other.kill()
            other.wait()
    with Program(python, "sleep") as program, tempfile.TemporaryDirectory() as folder:
        said = refused(program.pid, "-o", folder + "/a", env=dict(os.environ, PATH=folder))
        check("apt-get install gdb" in said, said)
        check(os.listdir(folder) == [], os.listdir(folder))
        said = refused(program.pid, "-o", folder + "/missing/a")
        check("missing/a: cannot be written: No such file" in said, said)
        gdb = subprocess.Popen(["gdb", "--nx", "--batch", "-p", str(program.pid), "-ex", "shell sleep 1000"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        wait_until(lambda: tracer(program.pid) == gdb.pid, "not traced")
        check("already held by a debugger" in refused(program.pid), "traced")
        os.killpg(gdb.pid, signal.SIGTERM)
        gdb.wait()
        program.goes_on()
        program.stop()


def check_no_process():
    """What is no id of a process."""
    for wrong in ("abc", "1.5", "0x10", "0"):
        check("takes the id of one process" in refused(wrong), wrong)
    ready = threading.Event()
    other = threading.Thread(target=ready.wait)
    other.start()
    thread = next(int(name) for name in os.listdir("/proc/self/task") if int(name) != os.getpid())
    said = refused(thread)
    ready.set()
    other.join()
    check("is a thread of process %d" % os.getpid() in said, said)


def check_interruption(python):
    """Ctrl-C, and a time that is over, while a thread keeps the GIL to itself: the program runs on."""
    with Program(python, "no_gil") as program, tempfile.TemporaryDirectory() as folder:
        said = refused(program.pid, "-o", folder + "/a", "--timeout", "1")
        check("GIL" in said and "runs on" in said, said)
        dumping = subprocess.Popen([DRYAD, "dump", str(program.pid), "-o", folder + "/a"], stderr=subprocess.PIPE,
                                   universal_newlines=True)
        time.sleep(2)
        dumping.send_signal(signal.SIGINT)
        check("interrupted" in dumping.communicate(timeout=30)[1], "no word of it")
        check(dumping.returncode == 130, dumping.returncode)
        check(os.listdir(folder) == [], os.listdir(folder))
        check(program.process.poll() is None, "the program ended")
        check(tracer(program.pid) == 0, "still held")


def check_killed(python):
    """A dump that is killed at any moment: the program goes on, and the next dump clears what was left."""
    with Program(python, "allocate") as program, tempfile.TemporaryDirectory() as folder:
        before = left_behind()
        for delay in (0.1, 0.2, 0.3, 0.4, 0.5):
            dumping = start_dump(program.pid, folder + "/a")
            time.sleep(delay)
            dumping.kill()
            dumping.communicate()
            wait_until(lambda: tracer(program.pid) == 0, "still held")
            program.goes_on()
        left = left_behind() - before
        for name in left:
            os.utime("/tmp/" + name, (0, 0))
        check_dump(folder + "/b", dump(program.pid, folder + "/b")["objects"])
        wait_until(lambda: not left_behind() & left, "left behind")
        program.stop()


def check_debugger_ends(python):
    """The debugger is told to end while it holds the program: it does not hear, as it would send a SIGINT."""
    with Program(python, "allocate") as program, tempfile.TemporaryDirectory() as folder:
        for _ in range(3):
            dumping = start_dump(program.pid, folder + "/a")
            wait_until(lambda: tracer(program.pid) != 0 or dumping.poll() is not None, "never held")
            held_by = tracer(program.pid)
            if held_by != 0:
                os.kill(held_by, signal.SIGTERM)
            said = dumping.communicate(timeout=60)[1]
            check(dumping.returncode == 0, said)
            program.goes_on()
        program.stop()


def check_both(python):
    """Two dumps of one program at a time."""
    with Program(python, "sleep") as program, tempfile.TemporaryDirectory() as folder:
        both = [start_dump(program.pid, folder + name) for name in ("/a", "/b")]
        for dumping, name in zip(both, ("/a", "/b")):
            said = dumping.communicate(timeout=60)[1].decode()
            check(dumping.returncode == 0, said)
            check_dump(folder + name, int(said.split()[0].replace(",", "")))
        program.goes_on()
        program.stop()


def check_limits(python):
    with Program(python, "few_files") as program:
        said = refused(program.pid, "-o", "/dev/null")
        check("Too many open files" in said and "runs on" in said, said)
        program.goes_on()
        program.stop()


def check_ended(python):
    """The program ends while it is dumped."""
    with Program(python, "no_gil") as program, tempfile.TemporaryDirectory() as folder:
        dumping = start_dump(program.pid, folder + "/a")
        wait_until(lambda: "dryad-dump" in thread_names(program.pid), "no thread of ours")
        program.process.kill()
        program.process.wait()
        said = dumping.communicate(timeout=20)[1].decode()
        check("ended before" in said and dumping.returncode == 2, said)
        check(os.listdir(folder) == [], os.listdir(folder))


CHECKS = [
    check_refusals, check_interruption, check_killed, check_debugger_ends, check_both, check_limits, check_ended,
]


def main(python):
    return play([check_no_process] + [lambda check_one=check_one: check_one(python) for check_one in CHECKS])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

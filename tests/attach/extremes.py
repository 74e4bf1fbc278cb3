# SPDX-License-Identifier: MIT
"""Programs with extreme amounts of something, or in odd states, are dumped or refused in time, with little memory.

extremes PYTHON
"""

import os
import signal
import subprocess
import sys
import tempfile

from program import Interpreter, Program
from support import (AT_LENGTH, PATIENCE, Dumping, check, check_dump, check_dump_or_refusal, check_refused, compile_c,
                     tell, tracer, try_dump, wait_until, wait_until_held)

LIMIT, SLACK = 2, 3.0

MANY_MAPPINGS = """
import ctypes
def many_mappings(shared):
    block = mmap.mmap(-1, 4096 * 60000)
    address = ctypes.addressof(ctypes.c_char.from_buffer(block))
    for page in range(1, 60000, 2):
        assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(address + page * 4096), 4096, 0) == 0
    sleep(shared)
"""
MANY_THREADS = """
def many_threads(shared):
    done = threading.Event()
    all_threads = [threading.Thread(target=done.wait) for _ in range(400)]
    for thread in all_threads:
        thread.start()
    sleep(shared)
    done.set()
    for thread in all_threads:
        thread.join()
"""
DEEP = """
import ctypes
def deep(shared):
    library = ctypes.CDLL(%r)
    threading.stack_size(64 << 20)
    def sleeps():
        while not shared.must_stop():
            library.sleep_deep(ctypes.c_size_t(40 << 20))
            shared.beat()
    thread = threading.Thread(target=sleeps)
    thread.start()
    thread.join()
"""
STILL = """
import ctypes
def still(shared):
    library = ctypes.CDLL(%r)
    while not shared.must_stop():
        library.stand_still(200)
        shared.beat()
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
"""
CHURN = """
import ctypes
def churn(shared):
    library = ctypes.CDLL(%r)
    while not shared.must_stop():
        library.churn(100)
        shared.beat()
"""
LEADERLESS = """
import ctypes
def leaderless(shared):
    library = ctypes.PyDLL(%r)
    def go_on():
        time.sleep(0.2)
        while not shared.must_stop():
            time.sleep(0.05)
            shared.beat()
        os._exit(STATUS)
    threading.Thread(target=go_on).start()
    ctypes.CDLL(%r).leave()
"""
UNDUMPABLE = """
import ctypes
assert ctypes.CDLL(None).prctl(4, 0, 0, 0, 0) == 0  # PR_SET_DUMPABLE
"""


def check_one(interpreter, what, must_be_dumped, kind, code="", **more):
    with Program(interpreter, kind, code=code, **more) as program, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a")
        done = try_dump(program.pid, "-o", path, "--timeout", str(PATIENCE if must_be_dumped else LIMIT))
        done.check_time(LIMIT + SLACK, what)
        if check_dump_or_refusal(done, path):
            check_dump(path, done.objects)
        check(done.status == 0 or not must_be_dumped, what, "is refused:", done)
        wait_until(lambda: tracer(program.pid) == 0, "still held")
        program.goes_on()
        if kind != "leaderless":
            program.stop()
    tell(what, done)


# A child that constantly stops and continues its parent.
TOGGLES = """
import os, signal, sys, time
pid = int(sys.argv[1])
while True:
    os.kill(pid, signal.SIGSTOP)
    time.sleep(0.005)
    os.kill(pid, signal.SIGCONT)
    time.sleep(0.005)
"""


def check_toggled(interpreter):
    with Program(interpreter, "sleep") as program, tempfile.TemporaryDirectory() as folder:
        toggles = subprocess.Popen([sys.executable, "-c", TOGGLES, str(program.pid)])
        try:
            for i in range(5 if AT_LENGTH else 2):
                path = "%s/%d" % (folder, i)
                if check_dump_or_refusal(try_dump(program.pid, "-o", path, "--timeout", str(LIMIT)), path):
                    print("stopped and continued: dumped", flush=True)
                program.goes_on()
        finally:
            toggles.kill()
            toggles.wait()
        program.process.send_signal(signal.SIGCONT)
        program.goes_on()
        program.stop()


def find_freezer():
    """The folder of a control group that can be frozen, or None."""
    for top in ("/sys/fs/cgroup", "/sys/fs/cgroup/freezer"):
        folder = os.path.join(top, "dryad-test-%d" % os.getpid())
        try:
            os.mkdir(folder)
        except OSError:
            continue
        for name in ("cgroup.freeze", "freezer.state"):
            if os.path.exists(os.path.join(folder, name)):
                return folder, os.path.join(folder, name)
        os.rmdir(folder)
    return None


def wait_until_frozen(folder):
    """Freezing takes the kernel a moment; the first form is cgroup v2's."""
    def is_frozen():
        for name, text in (("cgroup.events", "frozen 1"), ("freezer.state", "FROZEN")):
            if os.path.exists(os.path.join(folder, name)):
                with open(os.path.join(folder, name)) as file:
                    return text in file.read()
        return False

    wait_until(is_frozen, "does not freeze")


def check_frozen(interpreter):
    """A frozen program does not answer: dryad gives up in time, obeys signals, and the program thaws unchanged."""
    found = find_freezer()
    if not found:
        print("frozen: skipped, no freezer here")
        return
    folder, switch = found
    words = ("1", "0") if switch.endswith("freeze") else ("FROZEN", "THAWED")

    def write(path, text):
        with open(path, "w") as file:
            file.write(text)

    with Program(interpreter, "sleep") as program, tempfile.TemporaryDirectory() as output:
        try:
            write(folder + "/cgroup.procs", str(program.pid))
            write(switch, words[0])
            wait_until_frozen(folder)
            done = try_dump(program.pid, "-o", output + "/a", "--timeout", str(LIMIT))
            check_refused(done)
            done.check_time(LIMIT + SLACK)
            with Dumping(program.pid, "-o", output + "/a", "--timeout", str(PATIENCE)) as dumping:
                wait_until_held(dumping, program)
                ended = dumping.end(signal.SIGINT)
                check(ended.status in (2, 130), "deaf:", ended)
        finally:
            write(switch, words[1])
        program.goes_on()
        program.stop()
        print("frozen:", done.text.strip())
    os.rmdir(folder)


def main(python):
    interpreter = Interpreter(python)
    check_one(interpreter, "60,000 mappings", True, "many_mappings", MANY_MAPPINGS)
    check_one(interpreter, "400 threads", True, "many_threads", MANY_THREADS)
    if os.geteuid() == 0:
        check_one(interpreter, "not dumpable", True, "sleep", UNDUMPABLE)
        check_frozen(interpreter)
    check_toggled(interpreter)
    if interpreter.root:
        return
    with tempfile.TemporaryDirectory() as folder:
        library = compile_c("extremes.c", folder + "/extremes.so", "-shared", "-fPIC", "-pthread")
        check_one(interpreter, "40 MiB of stack", False, "deep", DEEP % library)
        check_one(interpreter, "in vfork", False, "still", STILL % library)
        check_one(interpreter, "threads that come and go", True, "churn", CHURN % library)
        check_one(interpreter, "without its first thread", False, "leaderless", LEADERLESS % (library, library))

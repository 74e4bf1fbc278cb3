# SPDX-License-Identifier: MIT
"""Processes that cannot be dumped are refused at once, with one sentence, and run on as before: refusals PYTHON"""

import errno
import os
import signal
import stat
import subprocess
import tempfile
import threading

from program import Program
from support import REFUSED, check, check_refused, run, status_field, tracer, try_dump, wait_until

PAUSE = "#include <unistd.h>\nint main(void) { for (;;) pause(); }\n"
PAUSE_32 = 'void _start(void) { for (;;) __asm__ volatile("int $0x80" : : "a"(29)); }\n'  # needs no 32-bit library
SECONDS = 20  # for what needs no waiting


def check_refused_at_once(pid, *words):
    done = try_dump(pid, "-o", "/dev/null")
    check_refused(done, *words)
    done.check_time(SECONDS)


class Other:
    """A process other than our programs."""

    def __init__(self, *words, **options):
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, **options)
        self.pid = self.process.pid
        self.wait_for_state("SZ")

    def wait_for_state(self, states):
        wait_until(lambda: status_field(self.pid, "State")[0] in states, "is in no state of " + states)

    def refused(self, *words):
        check_refused_at_once(self.pid, *words)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def check_ids():
    """Texts that are not the id of an existing process."""
    check_refused(try_dump(4194305), "no process 4194305")
    for wrong in ("abc", "1.5", "0x10", "0", "-1", "99999999999999999999", "1/../2"):
        done = try_dump(wrong)
        check(done.status == REFUSED and done.text, wrong, done)


def check_thread():
    ready = threading.Event()
    other = threading.Thread(target=ready.wait)
    other.start()
    thread = next(int(name) for name in os.listdir("/proc/self/task") if int(name) != os.getpid())
    try:
        check_refused(try_dump(thread), "thread", str(os.getpid()))
    finally:
        ready.set()
        other.join()


def check_kernel_thread():
    if status_field(2, "Name") == "kthreadd":
        check_refused_at_once(2)


def check_others():
    """Processes that are not Python, or do not run."""
    with Other("sleep", "1000") as other:
        other.refused("Python")
        check(status_field(other.pid, "State").startswith("S"), "does not sleep any more")
        other.process.send_signal(signal.SIGSTOP)
        other.wait_for_state("T")
        other.refused("stopped")
        check(status_field(other.pid, "State").startswith("T"), "is not stopped any more")
    with Other("true") as other:
        other.refused("ended")  # a zombie


def is_run_here(program):
    """Whether the kernel runs such programs: not all kernels run those of 32 bits."""
    try:
        with Other(program):
            return True
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        print("not run by this kernel:", error)
        return False


def check_kinds_of_programs():
    """Programs without a matching library: static ones, and ones for another libc or machine."""
    made = []
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "a")
        for name, source, word, *compiler in (
            ("static", PAUSE, "static", "cc", "-static"),
            ("static and relocatable", PAUSE, "static", "cc", "-static-pie"),
            ("musl", PAUSE, "", "musl-gcc"),
            ("musl, static", PAUSE, "", "musl-gcc", "-static"),
            ("32 bits", PAUSE_32, "32-bit", "cc", "-m32", "-nostdlib", "-static"),
        ):
            if run("which", compiler[0]).returncode != 0:
                continue
            done = run(*compiler, "-x", "c", "-o", program, "-", input=source)
            if done.returncode == 0 and is_run_here(program):
                with Other(program) as other:
                    other.refused(word)
                    check(other.process.poll() is None, name, "has ended")
                made.append(name)
    print("refused:", "; ".join(made))
    check("static" in made, "nothing was tried")


def check_musl():
    """A library for glibc cannot be loaded into a program that claims to be Python and has another libc."""
    if run("which", "musl-gcc").returncode != 0:
        print("skipped: no musl-gcc")
        return
    source = "#include <unistd.h>\nint Py_Version = 0x030b02f0, _PyRuntime;\nint main(void) { for (;;) pause(); }\n"
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "python3.11")
        done = run("musl-gcc", "-rdynamic", "-x", "c", "-o", program, "-", input=source)
        check(done.returncode == 0, "musl-gcc")
        with Other(program) as other:
            other.refused("musl")


def check_traced(python):
    """A program that a debugger holds, running or stopped."""
    trace = "import ctypes, sys, time; ctypes.CDLL(None).ptrace(%d, int(sys.argv[1]), 0, 0); time.sleep(1000)"
    with Program(python, "sleep") as program:
        for request in (0x4206, 16):  # PTRACE_SEIZE; PTRACE_ATTACH, whose stop it does not see
            with Other("/usr/bin/python3", "-c", trace % request, str(program.pid)) as debugger:
                wait_until(lambda: tracer(program.pid) == debugger.pid, "not traced")
                check_refused_at_once(program.pid, "debugger")
                check(tracer(program.pid) == debugger.pid, "taken from its debugger")
        program.process.send_signal(signal.SIGCONT)
        program.goes_on()
        program.stop()


def check_output(python):
    """If the dump cannot be written, the program is not touched: it need not even be Python."""
    with Program(python, "sleep") as program, tempfile.TemporaryDirectory() as folder:
        check_refused(try_dump(program.pid, "-o", folder + "/missing/a"), "missing/a", "No such file")
        there = os.path.join(folder, "there")
        with open(there, "w") as file:
            file.write("precious")
        check_refused(try_dump(program.pid, "-o", there), "--force")
        check_refused(try_dump(program.pid, "-o", folder, "--force"))
        with open(there) as file:
            check(file.read() == "precious", "replaced without --force")
        done = try_dump(program.pid, "-o", there, "--force")
        check(done.status == 0 and done.objects > 1000, done)
        check(stat.S_IMODE(os.stat(there).st_mode) == 0o600, "everybody may read it")
        check(os.listdir(folder) == ["there"], os.listdir(folder))
        program.stop()


def main(python):
    check_ids()
    check_thread()
    check_kernel_thread()
    check_others()
    check_kinds_of_programs()
    check_musl()
    check_traced(python)
    check_output(python)

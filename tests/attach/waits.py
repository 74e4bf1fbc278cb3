# SPDX-License-Identifier: MIT
"""Programs that wait in one system call each are dumped: the call ends as if nothing had happened.

waits PYTHON [DUMPS [NAME ...]]

It takes its full time and has the same result. A call that the kernel never restarts fails with EINTR, as after any
handled signal; these calls are listed here and in the manual page.
"""

import os
import re
import struct
import tempfile
from concurrent.futures import ThreadPoolExecutor

from program import Interpreter, Program
from support import DRYAD, HERE, check, dump, run

AT_A_TIME = 8
LATE = 0.25  # seconds: a dump that holds the program for longer, on a busy machine, may make its call late

# Calls that may fail with EINTR when made from C; Python's own functions retry by themselves.
NEVER_RESTARTED = {
    "c_epoll_wait": "epoll_wait", "c_sigtimedwait": "sigtimedwait", "c_semop": "semop", "c_semtimedop": "semtimedop",
    "c_recv_for_a_time": "SO_RCVTIMEO", "c_accept_for_a_time": "SO_RCVTIMEO",
}
MANUAL = "io.write(require('dryad.program.manual_page').text())"


def read_code():
    texts = []
    for name in ("common", "timed", "events"):
        with open(os.path.join(HERE, "waiting", name + ".py")) as file:
            texts.append(file.read())
    return "\n".join(texts)


def all_names():
    text = read_code()
    names = re.findall(r"^@timed\(.*\)\ndef (\w+)\(\):", text, re.M) + re.findall(r"^(\w+), (\w+) = reads", text, re.M)
    names += [name for name in re.findall(r"^def (\w+)\(shared\):", text, re.M)]
    return [name for entry in names for name in (entry if isinstance(entry, tuple) else (entry,))]


class Group:
    """Programs that wait simultaneously, so that one can be dumped while the others wait."""

    def __init__(self, interpreter, names):
        code = read_code()

        def start(name):
            return Program(interpreter, name, code="%s\n%s = closing(%s)\n" % (code, name, name))

        with ThreadPoolExecutor(AT_A_TIME + 1) as pool:
            self.programs = list(pool.map(start, names))

    def __enter__(self):
        return self.programs

    def __exit__(self, *_):
        for program in self.programs:
            program.__exit__()


def check_group(interpreter, names, dumps):
    """The names of calls that failed with EINTR. One more, never dumped, shows the delays of a busy machine."""
    interrupted = set()
    with Group(interpreter, [*names, "sleep_in_python"]) as group, tempfile.TemporaryDirectory() as folder:
        *programs, control = group
        slow = dict.fromkeys(names, 0)
        for number in range(dumps):
            for program in programs:
                done = dump(program.pid, "%s/%s-%d" % (folder, program.kind, number))
                slow[program.kind] += done.held / 1000 + done.queued > LATE
        for program in programs:
            program.goes_on()
            failed, late = struct.unpack_from("<QQ", program.memory(), 16)
            usual = struct.unpack_from("<Q", control.memory(), 24)[0]
            check(late < 2 + usual + slow[program.kind], program.kind, "took too long", late, "times; without dumps", usual)
            check(failed <= dumps, program.kind, "failed", failed, "times in", dumps, "dumps")
            if failed:
                interrupted.add(program.kind)
            program.stop()
        control.stop()
    return interrupted


def main(python, dumps="2", *names):
    interpreter, interrupted, names = Interpreter(python), set(), list(names) or all_names()
    for first in range(0, len(names), AT_A_TIME):
        interrupted |= check_group(interpreter, names[first:first + AT_A_TIME], int(dumps))
    print("%d system calls; with EINTR ended %s" % (len(names), ", ".join(sorted(interrupted)) or "none"))
    check(interrupted <= set(NEVER_RESTARTED), "should have been restarted:", interrupted - set(NEVER_RESTARTED))
    manual = run(DRYAD, "-e", MANUAL).stdout.replace("\\", "")
    for name in interrupted:
        check(NEVER_RESTARTED[name] in manual, NEVER_RESTARTED[name], "is not in the manual page")

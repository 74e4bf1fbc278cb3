# SPDX-License-Identifier: MIT
"""No traces: dumps leave an idle program unchanged, and the last dump equals the first: idle PYTHON"""

import json
import os
import tempfile

from program import Interpreter, Program
from support import (AT_LENGTH, DRYAD, check, check_dump, check_nothing_is_left, descriptors, dump, mapped_files, run,
                     status_field, threads)

DUMPS = 12 if AT_LENGTH else 4


def facts(pid):
    """Everything that is visible from outside and must not change."""
    limits = {name: status_field(pid, name) for name in (
        "State", "TracerPid", "Uid", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "Threads", "FDSize", "Seccomp")}
    # The C library uses signals 32 and 33 itself, from the first new thread on.
    limits["SigCgt"] = int(limits["SigCgt"], 16) & ~(3 << 31)
    with open("/proc/%d/syscall" % pid) as file:
        waits_in = file.read()
    return {"descriptors": descriptors(pid), "threads": threads(pid), "files": mapped_files(pid),
            "system call": waits_in, **limits}


def mapped_memory(pid):
    return int(status_field(pid, "VmSize").split()[0])


def check_difference(one, other):
    for before, after in ((one, other), (other, one)):
        done = run(DRYAD, "diff", "--json", before, after)
        check(done.returncode == 0, done.stderr)
        rows = [section["rows"] for section in find_sections(json.loads(done.stdout)["data"])]
        check(rows and not any(rows), "the dumps differ:", rows)


def find_sections(answer):
    """The tables of `dryad diff --json`."""
    return answer["sections"] if "sections" in answer else answer["data"]["sections"]


def main(python):
    with Program(Interpreter(python), "read") as program, tempfile.TemporaryDirectory() as folder:
        paths, sizes = [os.path.join(folder, "%d.dump" % i) for i in range(DUMPS)], []
        before = facts(program.pid)
        for path in paths:
            done = dump(program.pid, path)
            check_nothing_is_left(program.pid)
            after = facts(program.pid)
            for name, value in before.items():
                check(after[name] == value, name, "was", value, "and is", after[name])
            sizes.append(mapped_memory(program.pid))
        check_dump(paths[0], done.objects)
        check_difference(paths[0], paths[-1])
        # The first dump leaves something: libc keeps the stack of an ended thread for the next one.
        check(sizes[-1] == sizes[1], "its memory grows:", sizes)
        program.goes_on()
        program.stop()
    print("%d dumps, %d objects each" % (DUMPS, done.objects))

# SPDX-License-Identifier: MIT
"""Programs that remove the room below the stacks on which a dumper makes calls: hostile.stacks [PYTHON]

However often that happens, dryad keeps account of what it had them open, and survives it.
"""

import platform
import subprocess

from hostile.ground import Ground, check_hostile
from program import Interpreter, as_nobody
from support import Skip, check, compile_c, descriptors, need_root, try_dump

LIMIT, TRIES = 2, 60


def check_stacks(ground, program):
    with subprocess.Popen([program], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, preexec_fn=as_nobody) as process:
        try:
            process.stdout.readline()
            before = descriptors(process.pid)
            path = ground.output()
            done = try_dump(process.pid, "-o", path, "--timeout", str(LIMIT))
            check_hostile(done, path)
            check("helper" not in done.text, "the helper crashed:", done)
            if process.poll() is None:
                check(descriptors(process.pid) == before, "descriptors are left:", descriptors(process.pid))
            return done.text.strip()
        finally:
            process.kill()


def main(python="/usr/bin/python3"):
    need_root()
    if platform.machine() != "x86_64":
        raise Skip("only for x86-64")
    with Ground(Interpreter(python)) as ground:
        program = compile_c("hostile/stacks.c", ground.path("stacks"), "-pthread")
        for _ in range(TRIES):
            said = check_stacks(ground, program)
            if "no room" in said:
                print(said)
                return
    raise AssertionError("the room was never taken away in time: %s" % said)

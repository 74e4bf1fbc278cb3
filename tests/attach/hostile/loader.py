# SPDX-License-Identifier: MIT
"""Programs that lie about what is loaded in them, in the structures that dryad reads in their memory.

hostile.loader PYTHON [LIE ...]

Link maps with circles and wild pointers, hash tables and unwinding programs that never end, headers and auxiliary
vectors that make no sense, and all of these while they change. Each ends in a dump or a sentence, in time and with
little memory, and the program runs on.
"""

import glob
import os
import signal
import time

from hostile.ground import Ground, check_hostile
from program import NOT_DESCRIPTORS, Interpreter
from support import (HERE, PATIENCE, Dumping, check, check_dump, compile_c, need_root, run, tell, tracer, wait_until,
                     wait_until_held)

LIMIT, SLACK = 1, 3.0
FLICKERING = ["circle", "wild", "long", "gnu_chain", "whole_space", "changing", "no_map"]
# The program itself chooses what the borrowed thread runs.
HURT_THEMSELVES = {"spin", "exit", "resolver"}
# Lies about data that is read only if the stack gives reason to.
OF_FRAMES = {"endless_expression", "growing_expression", "remembering", "same_frame"}
STACKS = [0, 16, 4096, 0x414141414141, 0xFFFFFFFF81000000, (1 << 64) - 8]

BEGIN = """
import ctypes
hostile = ctypes.CDLL(%r)
hostile.hostile_begin()
"""
SUSPICIOUS = """
def suspicious(shared):
    while not shared.must_stop():
        hostile.hostile_suspicious()
        shared.beat()
"""
STACKLESS = """
import ctypes
hostile = ctypes.CDLL(%r)

def stackless(shared):
    while not shared.must_stop():
        hostile.hostile_stackless(ctypes.c_ulong(%d))
        shared.beat()
"""


def dump(ground, program, what, interrupt=None):
    path = ground.output()
    limit = PATIENCE if interrupt else LIMIT
    with Dumping(program.pid, "-o", path, "--timeout", str(limit)) as dumping:
        if interrupt:
            wait_until_held(dumping, program)
            time.sleep(interrupt)
        done = dumping.wait() if interrupt is None else dumping.end(signal.SIGINT)
    if done.status not in (130, -signal.SIGINT) and check_hostile(done, path):
        check_dump(path, done.objects)
    done.check_time(2 * LIMIT + SLACK, what)
    wait_until(lambda: tracer(program.pid) == 0, "still held")
    return done


def check_lie(ground, library, lie, interrupt=None):
    log = ground.path("log-" + lie.replace(" ", "-"))
    environment = {"HOSTILE": lie, "HOSTILE_LOG": log}
    kind = "suspicious" if lie in OF_FRAMES else "sleep"
    with ground.program(kind, code=BEGIN % library + SUSPICIOUS, environment=environment) as program:
        check(os.path.exists(log), lie, "was not told:", program.said())
        done = dump(ground, program, lie, interrupt)
        if lie.split()[0] not in HURT_THEMSELVES:
            program.goes_on()
    tell(lie, done)


def check_stack(ground, library, stack):
    """A thread without a stack cannot be borrowed, and nothing is written below its stack pointer."""
    with ground.program("stackless", code=STACKLESS % (library, stack)) as program:
        done = dump(ground, program, "a stack at %#x" % stack)
        program.goes_on()
        program.stop(NOT_DESCRIPTORS)  # there may be no other moment for closing the opened descriptors
    tell("a stack at %#x" % stack, done)


def main(python, *lies):
    need_root()
    with Ground(Interpreter(python)) as ground:
        sources = sorted(glob.glob(os.path.join(HERE, "hostile/loader/*.c")))
        library = compile_c(sources, ground.path("loader.so"), "-shared", "-fPIC", "-pthread")
        names = "import ctypes; l = ctypes.CDLL(%r).hostile_names; l.restype = ctypes.c_char_p; print(l().decode())"
        all_lies = run(*ground.interpreter.words, "-c", names % library).stdout.split()
        check(len(all_lies) > 40, "the lies are not told:", all_lies)
        for lie in lies or [*all_lies, *[name + " flicker" for name in FLICKERING]]:
            check_lie(ground, library, lie)
        if lies:
            return
        for lie in ("gnu_chain", "long", "endless_expression", "changing"):
            check_lie(ground, library, lie, interrupt=0.3)
        for stack in STACKS:
            check_stack(ground, library, stack)

# SPDX-License-Identifier: MIT
"""Programs that attack the pipes and the file that dryad creates in them: hostile.pipes PYTHON

Dryad, as root, ends in time and with little memory, obeys signals, and does nothing that the program could not do
itself.
"""

import os
import signal
import subprocess
import time

from hostile.ground import Ground, check_hostile
from program import Interpreter
from support import PATIENCE, Dumping, check, compile_c, need_root, run, tell, tracer, try_dump, wait_until

LIMIT = 1  # seconds, the first --timeout: on a busy machine that may be too short for the attack to start
STAGES = 2  # how many of them may take that long, one after the other
SLACK = 2.0
TRIES = 4  # for attacks that must come in a short moment

OF_ENDS = {"flood", "drip", "stutter", "silent"}

CONTROL = b"\x1b]0;PWNED\x07\x1b[2J\x9b31m\r"
SENTENCES = [  # that the library never sends, or never in this way
    b"refused " + CONTROL + b"\n", b"failed " + CONTROL + b"\n", b"refused \n", b"refused " + b"x" * 250 + b"\n",
    b"done 18446744073709551616\n", b"done -1\n", b"done 1e9\n", b"done\n", b"done 5\ndone 6\n",
    b"done 1 2\nrefused x\n",
    b"waiting\n", b"waiting\nwaiting\ncopied 1\n", b"copied 99999999999999999999\n", b"\0\0\0\0\n", b"\n", b"x" * 60000,
    b"refused a\nb\nc\n", b"refused \xff\xfe\xc2\x9b31m\n", b"held 3\n", b"copied\n",
]


def check_library(folder):
    """The attacks work: a program that creates pipes and reads from them gets foreign data."""
    code = ("import os; ends = os.pipe(), os.pipe(); "
            "print([len(os.fdopen(end[0], 'rb').read(10)) for end in ends])")
    environment = {"HOSTILE": "flood 2", "HOSTILE_LOG": folder + "/control", "LD_PRELOAD": folder + "/pipes.so"}
    done = run("/usr/bin/python3", "-c", code, env={**os.environ, **environment})
    check(done.stdout.strip() == "[10, 10]", "the attack does not work:", done.stdout, done.stderr)
    with open(folder + "/control") as log:
        check("ends" in log.read(), "the attack is not told")


# The library never gets the GIL.
HOLDS = """
def holds(shared):
    import ctypes
    block = ctypes.addressof(ctypes.c_char.from_buffer(shared.memory))
    ctypes.PyDLL(None).hostile_hold(ctypes.c_void_p(block), ctypes.c_void_p(block + STOP))
"""


class Attack:
    """A program that attacks in one way, and dumps of it."""

    def __init__(self, ground, way, text=None):
        self.ground, self.way = ground, way
        self.wanted = "trap" if way == "trap" else "ends" if way.split()[0] in OF_ENDS else "found"
        self.log = ground.path("log-%d-%s" % (ground.dumps, way.replace(" ", "-")))
        self.environment = {"LD_PRELOAD": ground.path("pipes.so"), "HOSTILE": way, "HOSTILE_LOG": self.log,
                            "HOSTILE_FILE": ground.path("theirs")}
        if text is not None:
            self.environment["HOSTILE_TEXT"] = text.hex()

    def dump(self, kind="sleep", limit=LIMIT, interrupt=None):
        """One dump by root, signalled some seconds after the attack began."""
        with self.ground.program(kind, code=HOLDS, environment=self.environment) as program:
            path = self.ground.output()
            timeout = str(PATIENCE if interrupt else limit)
            with Dumping(program.pid, "-o", path, "--timeout", timeout, "--max-size", "64M") as dumping:
                if interrupt:
                    wait_until(lambda: self.came() or dumping.has_ended(), "neither attacks nor ends")
                    time.sleep(interrupt)
                done = dumping.wait() if interrupt is None else dumping.end(signal.SIGINT)
                if done.status != 130:
                    done.check_time(STAGES * limit + SLACK, self.way)
                    check_hostile(done, path)
            wait_until(lambda: tracer(program.pid) == 0, "still held")
            if self.way != "shrink":  # a program that truncates its running code kills itself
                program.goes_on()
        return done

    def told(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log) as log:
            return log.read()

    def came(self):
        """Whether the attack started."""
        return self.wanted in self.told()


def check_way(ground, way, kind="sleep", interrupt=None):
    attack = Attack(ground, way)
    for tries in range(TRIES):
        done = attack.dump(kind, LIMIT << tries, interrupt)
        check("PWNED" not in attack.told(), attack.told())
        if attack.came():
            break
    else:
        raise AssertionError("%s: it never came to an attack" % way)
    tell(way, done)


def check_sentences(ground):
    """Nonsense from the library only ends the dump; a process that it names is not touched."""
    victim = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    try:
        for text in [b"copied %d\nwaiting\n" % victim.pid, b"copied -%d\nwaiting\n" % victim.pid, *SENTENCES]:
            attack = Attack(ground, "repeat 2", text)
            done = attack.dump("holds")
            check(victim.poll() is None, "a process was ended that", text, "names")
    finally:
        victim.kill()
        victim.wait()
    print("%d nonsensical sentences; the last: %s" % (len(SENTENCES) + 2, done.text.strip()))


def check_room(ground):
    """An endless dump is stopped before the disk is full, even without a given limit."""
    folder = ground.own_path("small")
    os.mkdir(folder)
    if run("mount", "-t", "tmpfs", "-o", "size=32m,mode=0700", "none", folder).returncode != 0:
        print("a small disk: skipped, mounts are not allowed here")
        return
    try:
        attack = Attack(ground, "flood 0")
        with ground.program("holds", code=HOLDS, environment=attack.environment) as program:
            done = try_dump(program.pid, "-o", folder + "/a", "--timeout", "20")
            check(not check_hostile(done, folder + "/a"), "is not a dump:", done)
            check(attack.came(), "it never came to an attack")
            check("space" in done.text or "--max-size" in done.text, "does not mention the space:", done)
        check(os.listdir(folder) == [], "left:", os.listdir(folder))
    finally:
        run("umount", folder)
    print("a small disk: %s" % done.text.strip())


def check_length(ground):
    """An endless dump is stopped once it is larger than a dump can be, even if it takes no space."""
    attack = Attack(ground, "flood 0")
    with ground.program("holds", code=HOLDS, environment=attack.environment) as program:
        done = try_dump(program.pid, "-o", "/dev/null", "--timeout", str(PATIENCE))
        check(attack.came(), "it never came to an attack")
        check(done.status == 2 and "larger than its memory allows" in done.text, "does not mention its size:", done)
        program.goes_on()
    print("no end: %s" % done.text.strip())


def main(python):
    need_root()
    with Ground(Interpreter(python)) as ground:
        compile_c("hostile/pipes.c", ground.path("pipes.so"), "-shared", "-fPIC", "-pthread")
        check_library(ground.folder)
        for way in ("flood 0", "flood 1", "flood 2", "drip", "stutter", "silent", "trap"):
            for interrupt in (None, 0.2):
                check_way(ground, way, "holds", interrupt=interrupt)
        for way in ("close", "steal", "shrink"):
            check_way(ground, way)
        for thing in ("socket", "zero", "fifo", "end", "folder", "file", "memory"):
            check_way(ground, "replace " + thing)
        check_sentences(ground)
        check_room(ground)
        check_length(ground)

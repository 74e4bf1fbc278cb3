# SPDX-License-Identifier: MIT
"""Programs that attack the pipes and the file that dryad makes in them: hostile.pipes PYTHON

Dryad, as root, ends in time and with little memory, obeys signals, and does nothing that the program could not do
itself.
"""

import os
import signal
import subprocess
import time

from hostile.ground import Ground, check_hostile
from program import Interpreter
from support import SANITIZED, Dumping, check, compile_c, need_root, run, tell, tracer, wait_until

LIMIT = 2  # seconds, given as --timeout
STAGES = 2  # how many of them may take that long, one after the other
SLACK = 2.0
TRIES = 4  # for attacks that must come in a short moment

OF_ENDS = {"flood", "drip", "stutter", "silent"}

CONTROL = b"\x1b]0;PWNED\x07\x1b[2J\x9b31m\r"
SENTENCES = [  # what the library never says, or says otherwise
    b"refused " + CONTROL + b"\n", b"failed " + CONTROL + b"\n", b"refused \n", b"refused " + b"x" * 250 + b"\n",
    b"done 18446744073709551616\n", b"done -1\n", b"done 1e9\n", b"done\n", b"done 5\ndone 6\n",
    b"done 1 2\nrefused x\n",
    b"waiting\n", b"waiting\nwaiting\ncopied 1\n", b"copied 99999999999999999999\n", b"\0\0\0\0\n", b"\n", b"x" * 60000,
    b"refused a\nb\nc\n", b"refused \xff\xfe\xc2\x9b31m\n", b"held 3\n", b"copied\n",
]


def check_library(folder):
    """The attacks work: a program that makes pipes and reads from them gets what is not its own."""
    code = ("import os, time; ends = os.pipe(), os.pipe(); time.sleep(0.5); "
            "print([len(os.read(end[0], 10)) for end in ends])")
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
    """A program that attacks in a way, and dumps of it."""

    def __init__(self, ground, way, text=None):
        self.ground, self.way = ground, way
        self.log = ground.path("log-" + way.replace(" ", "-"))
        self.environment = {"LD_PRELOAD": ground.path("pipes.so"), "HOSTILE": way, "HOSTILE_LOG": self.log,
                            "HOSTILE_FILE": ground.path("theirs")}
        if text is not None:
            self.environment["HOSTILE_TEXT"] = text.hex()

    def dump(self, kind="sleep", options=(), interrupt=None):
        """One dump, by root; signalled after that many seconds."""
        with self.ground.program(kind, code=HOLDS, environment=self.environment) as program:
            path = self.ground.output()
            limit = 60 if interrupt else LIMIT
            with Dumping(program.pid, "-o", path, "--timeout", str(limit), "--max-size", "64M", *options) as dumping:
                if interrupt:
                    time.sleep(interrupt)
                    told = time.monotonic()
                    dumping.process.send_signal(signal.SIGINT)
                done = dumping.wait(STAGES * LIMIT + SLACK + 10)
                if interrupt and done.status == 130:
                    check(SANITIZED or time.monotonic() - told < 1, self.way, "made it deaf:", done)
                else:
                    check(SANITIZED or done.seconds < STAGES * LIMIT + SLACK, self.way, "took too long:", done)
                    check_hostile(done, path)
            wait_until(lambda: tracer(program.pid) == 0, "still held", 1)
            if self.way != "shrink":  # who cuts off the code that it runs ends itself
                program.goes_on()
        return done

    def told(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log) as log:
            return log.read()


def check_way(ground, way, kind="sleep", interrupt=None):
    wanted = "trap" if way == "trap" else "ends" if way.split()[0] in OF_ENDS else "found"
    attack = Attack(ground, way)
    for _ in range(TRIES):
        done = attack.dump(kind, interrupt=interrupt)
        check("PWNED" not in attack.told(), attack.told())
        if wanted in attack.told():
            break
    else:
        raise AssertionError("%s: it never came to an attack" % way)
    tell(way, done)


def check_sentences(ground):
    """Nonsense from the library does nothing but end the dump; a process that it names is not touched."""
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
    """A dump that does not end is ended before the disk is full, also where no limit was given."""
    folder = ground.own_path("small")
    os.mkdir(folder)
    if run("mount", "-t", "tmpfs", "-o", "size=32m,mode=0700", "none", folder).returncode != 0:
        print("a small disk: skipped, mounts are not allowed here")
        return
    try:
        attack = Attack(ground, "flood 0")
        with ground.program("holds", code=HOLDS, environment=attack.environment) as program:
            with Dumping(program.pid, "-o", folder + "/a", "--timeout", "20") as dumping:
                done = dumping.wait(30)
            check(not check_hostile(done, folder + "/a"), "it is no dump:", done)
            check("ends" in attack.told(), "it never came to an attack")
            check("room" in done.text or "--max-size" in done.text, "no word of the room:", done)
        check(os.listdir(folder) == [], "left:", os.listdir(folder))
    finally:
        run("umount", folder)
    print("a small disk: %s" % done.text.strip())


def check_length(ground):
    """A dump that does not end is ended once it is longer than a dump can be, also where it takes no room."""
    attack = Attack(ground, "flood 0")
    with ground.program("holds", code=HOLDS, environment=attack.environment) as program:
        with Dumping(program.pid, "-o", "/dev/null", "--timeout", "60") as dumping:
            done = dumping.wait(50)
        check("ends" in attack.told(), "it never came to an attack")
        check(done.status == 2 and "longer than one of its memory can be" in done.text, "no word of its length:", done)
        program.goes_on()
    print("no end: %s" % done.text.strip())


def main(python):
    need_root()
    with Ground(Interpreter(python)) as ground:
        compile_c("hostile/pipes.c", ground.path("pipes.so"), "-shared", "-fPIC", "-pthread")
        check_library(ground.folder)
        for way in ("flood 0", "flood 1", "flood 2", "drip", "stutter", "silent", "trap"):
            for interrupt in (None, 1):
                check_way(ground, way, "holds", interrupt=interrupt)
        for way in ("close", "steal", "shrink"):
            check_way(ground, way)
        for thing in ("socket", "zero", "fifo", "end", "folder", "file", "memory"):
            check_way(ground, "replace " + thing)
        check_sentences(ground)
        check_room(ground)
        check_length(ground)

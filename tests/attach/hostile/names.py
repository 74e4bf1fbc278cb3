# SPDX-License-Identifier: MIT
"""Odd names of what a program has mapped, loaded, executed, and of itself: hostile.names PYTHON

No word of them is run, none is opened, and a terminal gets no byte of theirs raw.
"""

import os
import pty
import shutil
import struct
import subprocess

from hostile.ground import Ground, check_clean, check_hostile
from program import Interpreter
from support import DRYAD, check, check_dump, compile_c, need_root, status_field, tell, try_dump, wait_until

COMMAND = "touch PWNED"  # in root's folder, where dryad runs
ESCAPES = b"\x1b]0;PWNED\x07\x1b[2J\xc2\x9b31m\x9b\r\x08\x7f\xff\xfe"
CANARIES = [b"\x1b]0;", b"\x07", b"\x9b", b"\xff", b"\x08"]

# A folder each, with these names for files in it.
FOLDERS = [
    b'a" "shell %s" "' % COMMAND.encode(), b"a' 'shell %s' '" % COMMAND.encode(), b"$(%s)" % COMMAND.encode(),
    b"`%s`" % COMMAND.encode(), b"; %s;" % COMMAND.encode(), b"x\nshell %s\n" % COMMAND.encode(), ESCAPES,
    b"%n%s%1000000000s",
    b"] = os.execute('%s') --" % COMMAND.encode(), b"\\012\\", b" (deleted)",
    b"\n7f0000000000-7f0000001000 r-xp 00000000 00:00 0 ",
]
FILES = [
    b"libffi.so.8", b"libc.so.6", b"ld-linux-x86-64.so.2", b"libjemalloc.so", b"libtcmalloc.so.4", b"libpthread.so.0",
    b"libpython3.11.so.1.0", b"python3.14", b"libdl.so.2", b"_ctypes.so", b"memfd:dryad", b"[stack]", b"[vdso]",
    b"libc.so.6 (deleted)", b"libffi\n.so.8", b"libc\n.so.6",
]

MAP_ALL = """
kept = []

def map_all(folder):
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                kept.append(mmap.mmap(file.fileno(), 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC))

map_all(%r)
"""

LOAD_ALL = """
import _ctypes

for where, _, names in os.walk(%r):
    for path in [os.path.join(where, name) for name in names]:
        if os.path.isfile(path):
            _ctypes.dlopen(os.fsdecode(path), 2)
"""

RENAMED = """
import ctypes
assert ctypes.CDLL(None).prctl(15, %r, 0, 0, 0) == 0  # PR_SET_NAME
"""


def make_files(ground, name, content, folders, files):
    """Each of the files in each of the folders. The kernel writes a newline in a name as \\012; a FIFO is put under the
    name that this looks like."""
    top = os.fsencode(ground.path(name))
    os.mkdir(top)
    shutil.copy(content, os.path.join(top, b"a"))  # so that what stands before the quotes is there
    for folder in folders:
        path = os.path.join(top, folder)
        os.makedirs(path)
        for file in files:
            shutil.copy(content, os.path.join(path, file))
            if b"\n" in file:
                os.mkfifo(os.path.join(path, file.replace(b"\n", b"\\012")), 0o666)
    return os.fsdecode(top)


def make_deep(ground, content):
    """A file with the longest possible path."""
    path, here = ground.path("deep"), os.open("/", os.O_RDONLY)
    os.mkdir(path)
    os.chdir(path)
    while len(os.getcwd()) < 3700:
        os.mkdir("x" * 250)
        os.chdir("x" * 250)
    shutil.copy(content, "libc.so.6")
    os.fchdir(here)
    os.close(here)
    return path


def make_sparse(path):
    """4 KiB of an ELF file that claims to have 12 GiB of symbols and of their names."""
    claimed = 12 << 30
    head = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 256, 0, 64, 56, 2, 64, 3, 0)
    loads = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, claimed, claimed, 4096)
    dynamic = struct.pack("<IIQQQQQQ", 2, 6, 0, 0, 0, claimed, claimed, 8)
    sections = bytes(64) + struct.pack("<IIQQQQIIQQ", 0, 11, 2, 4096, 4096, claimed, 2, 0, 8, 24)
    sections += struct.pack("<IIQQQQIIQQ", 0, 3, 2, 4096, 4096, claimed, 0, 0, 1, 0)
    with open(path, "wb") as file:
        file.write((head + loads + dynamic).ljust(256, b"\0") + sections)
        file.truncate(claimed)


def check_nothing_was_run(ground):
    for folder in (ground.ours.name, ground.folder, "/", "."):
        check(not os.path.exists(os.path.join(folder, "PWNED")), "a name was run as a command, in", folder)


def check_program(ground, what, before=(), code="", environment=None, interpreter=None):
    """Must be dumped: the names are harmless."""
    if interpreter:
        ground.interpreter, before_that = interpreter, ground.interpreter
    with ground.program("sleep", before, code, environment=environment) as program:
        path = ground.output()
        done = try_dump(program.pid, "-o", path, "--timeout", "10", cwd=ground.ours.name)
        tell(what, done)
        if check_hostile(done, path):
            check_dump(path, done.objects)
        check_nothing_was_run(ground)
        check_terminal(ground, program, done.status)
        program.goes_on()
        program.stop()
    if interpreter:
        ground.interpreter = before_that
    return done


def check_terminal(ground, program, status):
    """The same with a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen([os.path.abspath(DRYAD), "dump", "-o", ground.output(), str(program.pid)], stdin=slave,
                               stdout=slave, stderr=slave, cwd=ground.ours.name)
    os.close(slave)
    text = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    check(process.wait() == status, "another end with a terminal:", text)
    os.close(master)
    for canary in CANARIES:
        check(canary not in text, "raw bytes for a terminal:", text)


def check_refused_name(ground):
    """The name of a refused process is reported without raw bytes."""
    program = compile_c("#include <unistd.h>\nint main(void) { for (;;) pause(); }\n", ground.path("plain"))
    odd = os.fsdecode(os.fsencode(ground.path("")) + ESCAPES)
    shutil.copy(program, odd)
    process = subprocess.Popen([odd], stdin=subprocess.DEVNULL)
    try:
        wait_until(lambda: status_field(process.pid, "State").startswith("S"), "does not wait")
        done = try_dump(process.pid, "-o", ground.output())
        check(done.status == 2, "not refused:", done)
        check_clean(done.text)
    finally:
        process.kill()
        process.wait()


def main(python):
    need_root()
    with Ground(Interpreter(python)) as ground:
        library = compile_c("\nint answer = 42;\n", ground.path("library.so"), "-shared")
        for name, folders, files in (
            ("command", FOLDERS[:1], FILES[:1]), ("commands", FOLDERS, FILES[:1]), ("libraries", [b"lib"], FILES),
            ("both", FOLDERS, FILES),
        ):
            mapped = make_files(ground, name, library, folders, files)
            check_program(ground, name + " as names, mapped", code=MAP_ALL % mapped)
            check_program(ground, name + " as names, loaded", code=LOAD_ALL % mapped)
        check_program(ground, "a long path", code=MAP_ALL % make_deep(ground, library))
        os.mkdir(ground.path("sparse"))
        for name in ("libffi.so.8", "libc.so.6"):
            make_sparse(ground.path("sparse/" + name))
        check_program(ground, "files that claim 12 GiB", code=MAP_ALL % ground.path("sparse"))
        check_program(ground, "odd name of the process", code=RENAMED % ESCAPES[:15])
        folder = os.path.join(os.fsencode(ground.folder), FOLDERS[0], ESCAPES)
        os.makedirs(folder)
        odd = Interpreter("x")
        odd.words = [os.fsdecode(os.path.join(folder, b"python3.11"))]
        shutil.copy(os.path.realpath(ground.interpreter.words[0]), odd.words[0])
        check_program(ground, "odd name of the program", environment={"PYTHONHOME": "/usr"}, interpreter=odd)
        check_refused_name(ground)

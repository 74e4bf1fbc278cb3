# SPDX-License-Identifier: MIT
"""Folders of the program's own mount namespace stay as they are, whatever they are called: hostile.folders PYTHON"""

import os

from hostile.ground import Ground, check_hostile
from program import Interpreter
from support import DRYAD, HERE, Skip, check, check_dump, libc, need_root, run, try_dump

PROJECT = os.path.dirname(os.path.dirname(HERE))
NAMES = [".dryad-" + "0" * 24, ".dryad-", "dryad", ".dryad-0123456789abcdef01234567"]
MOUNT = """
cd "$0" && for name in .[!.]* *; do mkdir -p "/tmp/$name" && mount --bind "$0/../precious" "/tmp/$name" || exit; done
exec "$@"
"""


def snapshot(folder):
    """Every file below a folder, with its content and its facts."""
    found = {}
    for where, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(where, name)
            facts = os.lstat(path)
            content = open(path).read() if os.path.isfile(path) else ""
            found[os.path.relpath(path, folder)] = facts.st_mode, facts.st_uid, facts.st_ino, facts.st_mtime_ns, content
    return found


def make_precious(folder):
    os.makedirs(os.path.join(folder, "inner"))
    for name in ("file", "dump", "status", "inner/file"):
        with open(os.path.join(folder, name), "w") as file:
            file.write("precious")
        os.utime(os.path.join(folder, name), (0, 0))
    os.utime(folder, (0, 0))


def enter_own_tmp(kept):
    """From here on this process and its children have a /tmp of their own, in which nobody else makes files; of the old
    one, only the kept folders are there."""
    new_namespace, recursive, private, bind = 0x20000, 1 << 14, 1 << 18, 1 << 12
    c = libc()
    entered = c.unshare(new_namespace) == 0 and c.mount(b"none", b"/", None, recursive | private, None) == 0
    hidden = {folder: os.open(folder, os.O_PATH) for folder in kept if folder.startswith("/tmp/")}
    check(entered and c.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0, "no /tmp of its own")
    for folder, descriptor in hidden.items():
        os.makedirs(folder, exist_ok=True)
        source = b"/proc/self/fd/%d" % descriptor
        check(c.mount(source, os.fsencode(folder), None, bind | recursive, None) == 0, folder, "cannot be kept")
        os.close(descriptor)


def main(python):
    need_root()
    if run("unshare", "-m", "true").returncode != 0:
        raise Skip("mounts are not allowed here")
    interpreter = Interpreter(python)
    enter_own_tmp([PROJECT, os.path.dirname(DRYAD), interpreter.ask("import sys; print(sys.base_prefix)")])
    with Ground(interpreter) as ground:
        names = ground.path("names")
        for name in NAMES:
            os.makedirs(os.path.join(names, name))
        precious = ground.path("precious")
        make_precious(precious)
        before, outside = snapshot(precious), set(os.listdir("/tmp"))
        with ground.program("sleep", ["unshare", "-m", "sh", "-c", MOUNT, names]) as program:
            for _ in range(3):
                path = ground.output()
                done = try_dump(program.pid, "-o", path, "--timeout", "10")
                if check_hostile(done, path):
                    check_dump(path, done.objects)
                check(snapshot(precious) == before, "a folder of its namespace was touched:", snapshot(precious))
            program.goes_on()
            program.stop()
        left = set(os.listdir("/tmp")) - outside - set(NAMES)
        check(not left, "left in /tmp:", left)

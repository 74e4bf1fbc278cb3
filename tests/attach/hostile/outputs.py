# SPDX-License-Identifier: MIT
"""Files that another user has put at the path of the dump: hostile.outputs PYTHON

They are neither followed, filled nor taken over; what is written is root's alone.
"""

import os
import signal
import stat
import subprocess

from hostile.ground import Ground
from program import Interpreter, SETPRIV
from support import NOBODY, check, check_dump, need_root, try_dump

RACES = 6

# Replaces everything that appears in a folder by links to one of root's files.
RACER = """
import os, sys
folder, precious = sys.argv[1:]
while True:
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.islink(path):
            continue
        try:
            os.rename(path, folder + "-" + name)
            os.symlink(precious, path)
        except OSError:
            pass
"""


def precious(ground):
    path = ground.own_path("precious")
    with open(path, "w") as file:
        file.write("precious")
    os.chmod(path, 0o644)
    return path


def owned(path):
    os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    return path


def make_file(path, _):
    with open(path, "w") as file:
        file.write("theirs")
    owned(path)
    os.chmod(path, 0o4777)


def make_fifo(path, _):
    os.mkfifo(path)
    owned(path)


def make_link(path, target):
    os.symlink(target, path)
    owned(path)


def make_link_to_nothing(path, target):
    make_link(path, os.path.join(os.path.dirname(target), "new"))


def make_link_to_folder(path, target):
    make_link(path, os.path.dirname(target))


def make_folder(path, _):
    os.mkdir(path)
    owned(path)


def facts(path):
    found = os.lstat(path)
    return found.st_mode, found.st_uid, found.st_ino, found.st_size


def check_there(ground, program, folder, make, options):
    """Refused at once, and the existing file is unchanged."""
    path, target = os.path.join(folder, make.__name__), precious(ground)
    make(path, target)
    before = facts(path)
    done = try_dump(program.pid, "-o", path, *options, "--timeout", "5")
    check(done.status == 2, make.__name__, "is taken:", done)
    check(facts(path) == before, make.__name__, "was changed")
    with open(target) as file:
        check(file.read() == "precious", make.__name__, "was followed")
    check(sorted(os.listdir(ground.ours.name)) == ["precious"], "was made:", os.listdir(ground.ours.name))
    check(os.listdir(folder) == [make.__name__], "left:", os.listdir(folder))
    os.rmdir(path) if make == make_folder else os.remove(path)


def check_new(program, folder):
    """A file of root's that no other user can read, whatever the folder and the umask."""
    path = os.path.join(folder, "new")
    done = try_dump(program.pid, "-o", path, preexec_fn=lambda: os.umask(0))
    check(done.status == 0, done)
    found = os.lstat(path)
    check(stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o600, "mode", oct(found.st_mode))
    check(found.st_uid == 0, "is not root's")
    check_dump(path, done.objects)
    os.remove(path)


def check_race(ground, program):
    """While the dump is written, the other user replaces its temporary file."""
    folder, target = ground.path("raced"), precious(ground)
    os.mkdir(folder)
    owned(folder)
    racer = subprocess.Popen([*SETPRIV, "/usr/bin/python3", "-c", RACER, folder, target])
    try:
        for i in range(RACES):
            path = os.path.join(folder, str(i))
            done = try_dump(program.pid, "-o", path, "--timeout", "5")
            check(done.status in (0, 2), done)
            with open(target) as file:
                check(file.read() == "precious", "a link in the place of the temporary file was followed")
            check(facts(target)[:2] == (stat.S_IFREG | 0o644, 0), "rights of the file were changed")
    finally:
        racer.send_signal(signal.SIGKILL)
        racer.wait()
    for name in os.listdir(ground.folder):  # what it took away was written by root, and nobody may read it
        if name.startswith("raced-"):
            check(stat.S_IMODE(os.lstat(ground.path(name)).st_mode) == 0o600, "may be read by everybody")


def main(python):
    need_root()
    with Ground(Interpreter(python)) as ground, ground.program("sleep") as program:
        for mode, owner in ((0o777, NOBODY), (0o1777, 0)):
            folder = ground.path("%o" % mode)
            os.mkdir(folder)
            os.chmod(folder, mode)
            os.chown(folder, owner, owner)
            for make in (make_file, make_fifo, make_link, make_link_to_nothing, make_link_to_folder, make_folder):
                for options in ([], ["--force"]):
                    check_there(ground, program, folder, make, options)
            check_new(program, folder)
        check_race(ground, program)
        program.goes_on()
        program.stop()

"""Dumps of running programs from outside: attach.py PYTHON [COUNT [KIND ...]]

COUNT is how often each kind of program is dumped in a row (once by default).
"""

import os
import shutil
import sys
import tempfile

from attach_support import TARGET, Program, check, check_dump, dump, play, refused, run

KINDS = [
    "sleep", "read", "spin", "lock", "threads", "allocate", "allocate_threads", "children", "popen", "forks", "loads", "signals",
    "alarms", "blocked",
]


def check_kind(python, kind, count):
    longest = attempts = 0
    with Program(python, kind) as program, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.dump.zst")
        for i in range(count):
            done = dump(program.pid, path)
            if i % 5 == 0:
                check_dump(path, done["objects"])
            program.goes_on()
            longest, attempts = max(longest, done["held"]), max(attempts, done["attempts"])
            check(os.listdir(folder) == ["a.dump.zst"], os.listdir(folder))
        with open("/proc/%d/maps" % program.pid) as maps:
            check(len({line.split()[5] for line in maps if "dryad-attach" in line}) == 1, "loaded more than once")
        program.stop()
    print("%s: %d dumps, at most %d attempts, held for at most %.2f s" % (kind, count, attempts, longest), flush=True)


# A /tmp of its own, in which only the folder $0 is that of everybody; and the same under a root of its own.
OWN_TMP = """
mount --bind "$0" /mnt && mount -t tmpfs none /tmp && mkdir -p "$0" && mount --move /mnt "$0" && exec "$@"
"""
OWN_ROOT = """
mount --rbind / /mnt && mount -t tmpfs none /mnt/tmp && mkdir -p "/mnt$0" && mount --bind "$0" "/mnt$0" &&
exec chroot /mnt "$@"
"""


def check_mounts(python, count, script):
    """What is loaded must be put where the program sees it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as own:
        before = ["unshare", "-m", "sh", "-c", script, own]
        if run(*before, "true").returncode != 0:
            print("mounts: skipped, not allowed here")
            return
        target = shutil.copy(TARGET, own)
        with Program(python, "sleep", before, own, target) as program:
            for _ in range(count):
                path = os.path.join(own, "a.dump")
                check_dump(path, dump(program.pid, path)["objects"])
                program.goes_on()
            inside = os.listdir("/proc/%d/root/tmp" % program.pid)
            check(inside == [os.path.basename(own)], "left in its /tmp:", inside)
            program.stop()
    print("mounts: %d dumps" % count, flush=True)


def check_values(python):
    with Program(python, "sleep") as program, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.dump")
        dump(program.pid, path, "--values", "none")
        with open(path) as file:
            check("known 7" not in file.read(), "a value in the dump")
        dump(program.pid, path, "--max-value", "3")
        with open(path) as file:
            text = file.read()
        check('"kno"' in text and "know" not in text.replace('"know', ""), "values are not cut")
        program.stop()


def check_interpreters(python):
    with Program(python, "interpreters") as program, tempfile.TemporaryDirectory() as folder:
        check("sub-interpreters" in refused(program.pid, "-o", folder + "/a"), "not refused")
        program.goes_on()


def main(python, count="1", *kinds):
    checks = [lambda kind=kind: check_kind(python, kind, int(count)) for kind in kinds or KINDS]
    if not kinds:
        checks += [
            lambda: check_mounts(python, int(count), OWN_TMP),
            lambda: check_mounts(python, int(count), OWN_ROOT),
            lambda: check_values(python),
            lambda: check_interpreters(python),
        ]
    return play(checks)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

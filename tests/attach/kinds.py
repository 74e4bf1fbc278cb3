# SPDX-License-Identifier: MIT
"""Dumps of programs of many kinds, each many times in a row: kinds PYTHON [COUNT [KIND ...]]

Each dump has the program's thousand objects, and the program runs on unchanged. Prints how long the programs were held,
without the time that dryad waited for a processor; if COUNT is more than one, half of the dumps must have held them for
less than 30 ms.
"""

import os
import statistics
import tempfile

from program import Interpreter, Program
from support import check, check_dump, check_nothing_is_left, check_refused, dump, run, try_dump

KINDS = [
    "sleep", "read", "spin", "lock", "threads", "allocate", "allocate_threads", "children", "popen", "forks", "loads",
    "signals", "alarms", "blocked",
]
MOST_HELD = 30  # milliseconds, of half of the dumps

# Its own /tmp, where only the folder $0 is shared; and the same under its own root.
MOUNTS = {
    "own_tmp": """
        mount --bind "$0" /mnt && mount -t tmpfs none /tmp && mkdir -p "$0" && mount --move /mnt "$0" && exec "$@"
    """,
    "own_root": """
        mount --rbind / /mnt && mount -t tmpfs none /mnt/tmp && mkdir -p "/mnt$0" && mount --bind "$0" "/mnt$0" &&
        exec chroot /mnt "$@"
    """,
}


def check_kind(program, count, interpreter):
    """Dumps a running program; returns how long it was held each time."""
    held = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.dump.zst")
        for i in range(count):
            done = dump(program.pid, path)
            program.goes_on()
            if i % 5 == 0:
                check_dump(path, done.objects)
            held.append(max(0.0, done.held - 1000 * done.queued))
            check(os.listdir(folder) == ["a.dump.zst"], os.listdir(folder))
            os.remove(path)
        check_nothing_is_left(program.pid)
    print("%-17s %2d dumps, held for %s ms" % (program.kind, count, spread(held)), flush=True)
    return held


def spread(held):
    return "%.1f to %.1f, half of them for at most %.1f" % (min(held), max(held), statistics.median(held))


def play_kind(interpreter, kind, count):
    if kind not in MOUNTS:
        with Program(interpreter, kind) as program:
            held = check_kind(program, count, interpreter)
            program.stop()
        return held
    with tempfile.TemporaryDirectory(dir="/tmp") as own:
        before = ["unshare", "-m", "sh", "-c", MOUNTS[kind], own]
        if interpreter.root or run(*before, "true").returncode != 0:
            print("%-17s skipped: mounts are not allowed here" % kind)
            return []
        with Program(interpreter, "sleep", before, folder=own) as program:
            held = check_kind(program, count, interpreter)
            inside = os.listdir("/proc/%d/root/tmp" % program.pid)
            check(inside == [os.path.basename(own)], "left in its /tmp:", inside)
            program.stop()
    return held


def check_values(interpreter):
    with Program(interpreter, "sleep") as program, tempfile.TemporaryDirectory() as folder:
        texts = {}
        for name, *options in (("none", "--values", "none"), ("hash", "--values", "hash"), ("cut", "--max-value", "3")):
            path = os.path.join(folder, name + ".dump")
            dump(program.pid, path, *options)
            with open(path) as file:
                texts[name] = file.read()
        check("known 7" not in texts["none"], "a value in the dump")
        check("known 7" not in texts["hash"], "a value in the dump")
        check('"kno"' in texts["cut"] and '"known ' not in texts["cut"], "values are not cut")
        program.stop()


def check_interpreters(interpreter):
    with Program(interpreter, "interpreters") as program, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.dump")
        done = try_dump(program.pid, "-o", path)
        if done.status == 0:
            check_dump(path, done.objects)
            with open(path) as file:
                check('"interpreter": ' in file.read(), "no sub-interpreter in the dump")
        else:
            check_refused(done, "interpreters", "free-threaded")
            check(os.listdir(folder) == [], os.listdir(folder))
        program.goes_on()
        program.stop()


def main(python, count="1", *kinds):
    interpreter, count, held = Interpreter(python), int(count), []
    for kind in kinds or [*KINDS, *MOUNTS]:
        held += play_kind(interpreter, kind, count)
    if not kinds:
        check_values(interpreter)
        check_interpreters(interpreter)
    if held:
        print("%s: %d dumps, held for %s ms" % (interpreter, len(held), spread(held)), flush=True)
        check(count == 1 or statistics.median(held) < MOST_HELD, "held too long")

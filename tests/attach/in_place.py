# SPDX-License-Identifier: MIT
"""A process id in place of a dump (`dryad leaks PID`): in_place PYTHON [COUNT]

COUNT is how often signals end dryad (8 by default).
"""

import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time

from program import NOT_DESCRIPTORS, SETPRIV, Program
from support import DRYAD, INTERRUPTED, NOBODY, REFUSED, check, dump, run, tracer, wait_until

NOTE = "dumping to a private file in %s, deleted when dryad ends; --keep FILE keeps it"

# Commands, with @ for the dump or the process.
COMMANDS = [
    ["summary", "--json", "@"],
    ["leaks", "--json", "--fraction", "0.01", "@"],
    ["why", "--json", "@", "Known"],
    ["sql", "--json", "@", "select type, count(*), sum(size) from obj group by type order by type"],
    ["run", "holders", "@", "type=Known"],
    ["diff", "--json", "@", "@"],
    ["-e", "print(#heap, heap.total_size, #heap 'Known')", "@"],
]


def findings(done):
    """What was printed, without the facts of this dump."""
    if "--json" not in done.args:
        return done.stdout
    data = json.loads(done.stdout)["data"]
    if "text" in data:
        data["text"] = data["text"].partition("\n")[2]  # the process's memory changes from dump to dump
    return data


def environment(folder):
    return {**os.environ, "TMPDIR": folder}


class Place:
    """Its own TMPDIR."""

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = self.temporary.name
        self.environment = environment(self.folder)
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def dryad(self, *words, **more):
        done = run(DRYAD, *map(str, words), **{"env": self.environment, **more})
        self.check_empty()
        return done

    def refused(self, *words, says, **more):
        done = self.dryad(*words, **more)
        check(done.returncode == REFUSED and done.stdout == "", "not refused:", done)
        for word in says:
            check(word in done.stderr, "no word of", repr(word), "in", done.stderr)

    def start(self, *words):
        return subprocess.Popen([DRYAD, *map(str, words)], env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def check_empty(self):
        check(os.listdir(self.folder) == [], "left:", os.listdir(self.folder))

    def is_used_by(self, pid):
        """Whether a process has an unnamed file there."""
        try:
            links = [os.readlink("/proc/%d/fd/%s" % (pid, number)) for number in os.listdir("/proc/%d/fd" % pid)]
        except FileNotFoundError:
            return False
        return any(link.startswith(self.folder + "/") and link.endswith(" (deleted)") for link in links)


def check_answers(place, program, path):
    """All commands print the same for the process as for a dump of it; other messages go to stderr."""
    dump(program.pid, path)
    again = shutil.copyfile(path, path + ".2")  # a process is dumped anew for each @, so these are two dumps
    for command in COMMANDS:
        files = iter([path, again])
        of_file = place.dryad(*[next(files) if word == "@" else word for word in command])
        of_process = place.dryad(*[program.pid if word == "@" else word for word in command])
        check(of_file.returncode == 0 and of_process.returncode == 0, command, of_file.stderr, of_process.stderr)
        check(findings(of_file) == findings(of_process), command, "says", of_process.stdout, "not", of_file.stdout)
        count = command.count("@")
        check(of_process.stderr.count("process %d (" % program.pid) == 2 * count, "not told:", of_process.stderr)
        check(of_process.stderr.count(NOTE % place.folder) == count, "not told where:", of_process.stderr)
        check("Python objects" not in of_process.stderr, "described twice:", of_process.stderr)


def check_report(place, program, path):
    """A report on the process has what one on a dump of it has, and its lines for the shell name the process."""
    dump(program.pid, path)

    def data_of(*words):
        done = place.dryad("report", "--json", *words)
        check(done.returncode == 0, done.stderr)
        return json.loads(done.stdout)["data"]
    of_file, of_process = data_of(path), data_of(program.pid)
    for name in ("heap", "types", "shares", "icicle", "waste"):
        check(of_file[name] == of_process[name], name, "is", of_process[name], "not", of_file[name])
    check(of_process["process"]["bar"]["parts"][0]["bytes"] == of_process["heap"]["bytes"], of_process["process"])
    check(of_process["more"]["stacks"][0]["command"] == "dryad stacks %d" % program.pid, of_process["more"])
    check(of_file["object_command"] == "dryad why " + path and "object_command" not in of_process, "asks another dump")
    kept = path + ".kept"
    check(data_of("--keep", kept, program.pid, path)["more"]["growth"][0]["command"] == "dryad diff %s %s" % (kept, path),
          "the file that was kept is not named")
    os.remove(kept)


def check_prompt(place, program):
    """The dump is a generation of the workspace, named after its process."""
    lines = "print(#heap 'Known')\nheap.file\ngen\n"
    done = place.dryad("-i", program.pid, input=lines)
    check(done.returncode == 0 and done.stderr.count("error") == 0, done.stderr)
    check("\n1000\n" in done.stdout and done.stdout.count("process %d" % program.pid) == 2, done.stdout)


def check_kept(place, program, folder):
    """--keep writes the file that `dryad dump -o` would write, and the answer is about that file."""
    path = os.path.join(folder, "kept.dump.zst")
    asks = ["-e", "print(heap.file, #heap 'Known')"]
    done = place.dryad(*asks, "--keep", path, program.pid)
    check(done.stdout == path + "\t1000\n", done)
    check("dumping to " + path in done.stderr and path + ": " in done.stderr, done.stderr)
    check(stat.S_IMODE(os.stat(path).st_mode) == 0o600, "others may read it")
    check(place.dryad(*asks, path).stdout == done.stdout, "the file says something else")
    with open(path, "rb") as file:
        before = file.read()
    check(before[:4] == b"\x28\xb5\x2f\xfd", "is not compressed")
    place.refused("leaks", "--keep", path, program.pid, says=["exists already; --force replaces it"])
    with open(path, "rb") as file:
        check(file.read() == before, "was replaced without --force")
    number = os.stat(path).st_ino
    check(place.dryad("leaks", "--keep", path, "--force", program.pid).returncode == 0, "is not replaced")
    check(os.stat(path).st_ino != number, "was written in place")
    os.remove(path)


def check_file_wins(place, program, path):
    """An existing file of that name is read, or causes the error."""
    dump(program.pid, path)
    with tempfile.TemporaryDirectory() as folder:
        name = str(program.pid)
        os.link(path, os.path.join(folder, name))
        done = place.dryad("-e", "print(heap.file)", name, cwd=folder)
        check(done.returncode == 0 and done.stdout == name + "\n", done)
        check(done.stderr.count("%s: reading the file of that name" % name) == 1, "no note:", done.stderr)
        check("dumping" not in done.stderr, "was dumped:", done.stderr)
        place.refused("leaks", "--keep", "kept", name, says=["no process id is given"], cwd=folder)
        os.remove(os.path.join(folder, name))
        os.mkdir(os.path.join(folder, name))
        place.refused("leaks", name, says=["is a directory"], cwd=folder)


def check_refused(place, program):
    """Failures to dump: one reason, and nothing is left behind."""
    other = subprocess.Popen(["sleep", "1000"])
    try:
        place.refused("leaks", other.pid, says=["is not a Python process"])
        place.refused(other.pid, says=["is not a Python process"])
    finally:
        other.kill()
        other.wait()
    place.refused("leaks", program.pid, says=["TMPDIR=", "--keep FILE", "No such file"],
                  env=environment(place.folder + "/missing"))
    if os.geteuid() == 0 and run(*SETPRIV, DRYAD, "--version").returncode == 0:
        os.chown(place.folder, NOBODY, NOBODY)
        done = run(*SETPRIV, DRYAD, "leaks", str(program.pid), env=place.environment)
        check(done.returncode == REFUSED and "another user" in done.stderr and "sudo" in done.stderr, done)
        place.check_empty()


def check_full_disk(place, program):
    """The message says what to do."""
    small = 'mount -t tmpfs -o size=64k none "$0" && exec "$@"'
    if os.geteuid() != 0 or run("unshare", "-m", "sh", "-c", small, place.folder, "true").returncode != 0:
        print("no small disk can be mounted here")
        return
    done = run("unshare", "-m", "sh", "-c", small, place.folder, DRYAD, "leaks", str(program.pid),
               env=place.environment)
    check(done.returncode == REFUSED and "free space" in done.stderr, done)
    check(place.folder in done.stderr and "TMPDIR=" in done.stderr and "--keep FILE" in done.stderr, done.stderr)


def check_ended(place, program, count):
    """However it ends, while dumping or while loading, nothing is left; and the file never has a name."""
    began = time.monotonic()
    check(place.dryad("leaks", program.pid).returncode == 0, "no answer")
    usual, used, ended = time.monotonic() - began, 0, 0
    for i in range(count):
        number = (signal.SIGKILL, signal.SIGINT)[i % 2]
        with place.start("leaks", program.pid) as dryad:
            until = time.monotonic() + usual * (i + 1) / (count + 1)
            while dryad.poll() is None and time.monotonic() < until:
                used += place.is_used_by(dryad.pid)
                place.check_empty()
                time.sleep(0.001)
            used += place.is_used_by(dryad.pid)
            dryad.send_signal(number)
            dryad.communicate()
            check(dryad.returncode in (0, -number) or number == signal.SIGINT and dryad.returncode == INTERRUPTED,
                  "another status", dryad.returncode)
            ended += dryad.returncode != 0
        place.check_empty()
        wait_until(lambda: tracer(program.pid) == 0, "still held")
        program.goes_on()
    check(used > 0, "no file was seen")
    check(ended > 0, "was never ended early")
    print("ended early %d of %d times" % (ended, count))


def check_killed_loading(place, program):
    with place.start("leaks", program.pid) as dryad:
        while b"B in " not in dryad.stderr.readline():
            check(dryad.poll() is None, "was not dumped")
        dryad.kill()
        dryad.communicate()
    place.check_empty()


def main(python, count="8"):
    with Program(python, "read") as program, Place() as place, tempfile.TemporaryDirectory() as folder:
        check_answers(place, program, os.path.join(folder, "a.dump"))
        check_report(place, program, os.path.join(folder, "report.dump"))
        check_prompt(place, program)
        check_kept(place, program, folder)
        check_file_wins(place, program, os.path.join(folder, "b.dump.zst"))
        check_full_disk(place, program)
        check_ended(place, program, int(count))
        check_killed_loading(place, program)
        check_refused(place, program)
        program.goes_on()
        program.stop(NOT_DESCRIPTORS)

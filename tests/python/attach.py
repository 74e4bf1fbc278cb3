"""Dumps of running programs from outside: attach.py PYTHON [COUNT [KIND ...]]

COUNT is how often each kind of program is dumped in a row (once by default).
"""

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

DRYAD = os.environ.get("DRYAD", "build/dryad")
HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "attach_target.py")
SKIPPED = 77
KINDS = [
    "sleep", "read", "spin", "lock", "threads", "allocate", "allocate_threads", "children", "popen", "forks", "loads", "signals",
    "alarms", "blocked",
]


def run(*words, **options):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=300,
                          **options)


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


class Program:
    """A program under test, stopped at the end."""

    def __init__(self, python, kind, before=(), folder=None, target=TARGET):
        self.folder = tempfile.TemporaryDirectory(dir=folder)
        self.path = os.path.join(self.folder.name, "shared")
        with open(self.path, "wb") as file:
            file.write(bytes(64))
        self.errors = open(os.path.join(self.folder.name, "errors"), "w+")
        self.process = subprocess.Popen([*before, python, target, kind, self.path], stderr=self.errors)
        self.kind, self.pid = kind, self.process.pid
        self.wait(lambda memory: memory[9] and memory[:8] != bytes(8) or kind == "read" and memory[9])
        time.sleep(0.1)

    def memory(self):
        with open(self.path, "rb") as file:
            return file.read(64)

    def wait(self, condition, seconds=30):
        for _ in range(seconds * 50):
            if condition(self.memory()):
                return True
            if self.process.poll() is not None:
                self.errors.seek(0)
                raise AssertionError("%s ended with %s: %s" % (self.kind, self.process.returncode, self.errors.read()))
            time.sleep(0.02)
        raise AssertionError("%s does not go on" % self.kind)

    def count(self):
        return struct.unpack_from("<Q", self.memory())[0]

    def goes_on(self):
        before = self.count()
        if self.kind == "read":
            os.kill(self.pid, signal.SIGUSR1)
        self.wait(lambda memory: struct.unpack_from("<Q", memory)[0] > before)

    def stop(self):
        with open(self.path, "r+b") as file:
            file.seek(8)
            file.write(b"\1")
        if self.kind == "read":
            os.kill(self.pid, signal.SIGUSR1)
        status = self.process.wait(30)
        self.errors.seek(0)
        check(status == 7, self.kind, "ended with", status, self.errors.read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.errors.close()
        self.folder.cleanup()


FACTS = """
local r = heap.report
local numbers = 0
local heap = dryad.load(heap.path, { progress = false })
for _, o in ipairs(heap "Known") do numbers = numbers + o.d.number end
print(r.bad_lines, r.truncated and 1 or 0, r.duplicates, #heap "Known", numbers, r.objects)
"""


def check_dump(path, objects):
    done = run(DRYAD, "-e", FACTS, "--raw", path)
    check(done.returncode == 0, done.stderr)
    facts = [int(word) for word in done.stdout.split()]
    check(facts == [0, 0, 0, 1000, sum(range(1000)), objects], "the dump has", done.stdout)


def dump(pid, path, *options, **more):
    done = run(DRYAD, "dump", str(pid), "-o", path, "--json", *options, **more)
    check(done.returncode == 0, done.stderr)
    return json.loads(done.stdout)


def refused(pid, *options, **more):
    done = run(DRYAD, "dump", str(pid), *options, **more)
    check(done.returncode == 2 and done.stdout == "", done.returncode, done.stdout)
    return done.stderr


def check_kind(python, kind, count):
    longest = attempts = 0
    with Program(python, kind) as program, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.dump.zst")
        for _ in range(count):
            done = dump(program.pid, path)
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


def check_refusals(python):
    check("there is no process 4194305" in refused(4194305), "no process")
    other = subprocess.Popen(["/bin/sleep", "1000"])
    check("is no Python" in refused(other.pid), "no Python")
    other.send_signal(signal.SIGSTOP)
    time.sleep(0.1)
    check("is stopped" in refused(other.pid), "stopped")
    other.kill()
    time.sleep(0.1)
    check("has ended" in refused(other.pid), "zombie")
    other.wait()
    with tempfile.TemporaryDirectory() as folder:
        source, program = os.path.join(folder, "a.c"), os.path.join(folder, "a")
        with open(source, "w") as file:
            file.write("#include <unistd.h>\nint main(void) { return pause(); }\n")
        if run("cc", "-static", source, "-o", program).returncode == 0:
            other = subprocess.Popen([program])
            time.sleep(0.1)
            check("linked statically" in refused(other.pid), "static")
            other.kill()
            other.wait()
    with Program(python, "sleep") as program, tempfile.TemporaryDirectory() as folder:
        said = refused(program.pid, "-o", folder + "/a", env=dict(os.environ, PATH=folder))
        check("apt-get install gdb" in said, said)
        check(os.listdir(folder) == [], os.listdir(folder))
        said = refused(program.pid, "-o", folder + "/missing/a")
        check("missing/a: cannot be written: No such file" in said, said)
        gdb = subprocess.Popen(["gdb", "--nx", "--batch", "-p", str(program.pid), "-ex", "shell sleep 1000"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        wait_until(lambda: tracer(program.pid) == gdb.pid, "not traced")
        check("already held by a debugger" in refused(program.pid), "traced")
        os.killpg(gdb.pid, signal.SIGTERM)
        gdb.wait()
        program.goes_on()
        program.stop()


def check_no_process():
    """What is no id of a process."""
    for wrong in ("abc", "1.5", "0x10", "0"):
        check("takes the id of one process" in refused(wrong), wrong)
    ready = threading.Event()
    other = threading.Thread(target=ready.wait)
    other.start()
    thread = next(int(name) for name in os.listdir("/proc/self/task") if int(name) != os.getpid())
    said = refused(thread)
    ready.set()
    other.join()
    check("is a thread of process %d" % os.getpid() in said, said)


def left_behind():
    return {name for name in os.listdir("/tmp") if name.startswith(".dryad-")}


def check_interruption(python):
    """Ctrl-C, and a time that is over, while a thread keeps the GIL to itself: the program runs on."""
    with Program(python, "no_gil") as program, tempfile.TemporaryDirectory() as folder:
        said = refused(program.pid, "-o", folder + "/a", "--timeout", "1")
        check("GIL" in said and "runs on" in said, said)
        dumping = subprocess.Popen([DRYAD, "dump", str(program.pid), "-o", folder + "/a"], stderr=subprocess.PIPE,
                                   universal_newlines=True)
        time.sleep(2)
        dumping.send_signal(signal.SIGINT)
        check("interrupted" in dumping.communicate(timeout=30)[1], "no word of it")
        check(dumping.returncode == 130, dumping.returncode)
        check(os.listdir(folder) == [], os.listdir(folder))
        check(program.process.poll() is None, "the program ended")
        check(tracer(program.pid) == 0, "still held")


def check_interpreters(python):
    with Program(python, "interpreters") as program, tempfile.TemporaryDirectory() as folder:
        check("sub-interpreters" in refused(program.pid, "-o", folder + "/a"), "not refused")
        program.goes_on()


def can_attach():
    if subprocess.run(["which", "gdb"], stdout=subprocess.DEVNULL).returncode != 0:
        return False
    other = subprocess.Popen(["/bin/sleep", "100"])
    said = run("gdb", "--nx", "--batch", "-p", str(other.pid), "-ex", "info inferiors")
    other.kill()
    other.wait()
    return "process %d" % other.pid in said.stdout


def tracer(pid):
    with open("/proc/%d/status" % pid) as status:
        return int(next(line for line in status if line.startswith("TracerPid:")).split()[1])


def wait_until(condition, what):
    for _ in range(500):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(what)


def start_dump(pid, path):
    return subprocess.Popen([DRYAD, "dump", str(pid), "-o", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def check_killed(python):
    """A dump that is killed at any moment: the program goes on, and the next dump clears what was left."""
    with Program(python, "allocate") as program, tempfile.TemporaryDirectory() as folder:
        before = left_behind()
        for delay in (0.1, 0.2, 0.3, 0.4, 0.5):
            dumping = start_dump(program.pid, folder + "/a")
            time.sleep(delay)
            dumping.kill()
            dumping.communicate()
            wait_until(lambda: tracer(program.pid) == 0, "still held")
            program.goes_on()
        left = left_behind() - before
        for name in left:
            os.utime("/tmp/" + name, (0, 0))
        check_dump(folder + "/b", dump(program.pid, folder + "/b")["objects"])
        check(not left_behind() & left, "left behind:", left_behind() & left)
        program.stop()


def check_debugger_ends(python):
    """The debugger is told to end while it holds the program: it does not hear, as it would send a SIGINT."""
    with Program(python, "allocate") as program, tempfile.TemporaryDirectory() as folder:
        for _ in range(3):
            dumping = start_dump(program.pid, folder + "/a")
            wait_until(lambda: tracer(program.pid) != 0 or dumping.poll() is not None, "never held")
            held_by = tracer(program.pid)
            if held_by != 0:
                os.kill(held_by, signal.SIGTERM)
            said = dumping.communicate(timeout=60)[1]
            check(dumping.returncode == 0, said)
            program.goes_on()
        program.stop()


def check_both(python):
    """Two dumps of one program at a time."""
    with Program(python, "sleep") as program, tempfile.TemporaryDirectory() as folder:
        both = [start_dump(program.pid, folder + name) for name in ("/a", "/b")]
        for dumping, name in zip(both, ("/a", "/b")):
            said = dumping.communicate(timeout=60)[1].decode()
            check(dumping.returncode == 0, said)
            check_dump(folder + name, int(said.split()[0]))
        program.goes_on()
        program.stop()


def check_limits(python):
    with Program(python, "few_files") as program:
        said = refused(program.pid, "-o", "/dev/null")
        check("Too many open files" in said and "runs on" in said, said)
        program.goes_on()
        program.stop()


def check_ended(python):
    """The program ends while it is dumped."""
    with Program(python, "no_gil") as program, tempfile.TemporaryDirectory() as folder:
        dumping = start_dump(program.pid, folder + "/a")
        wait_until(lambda: "dryad-dump" in thread_names(program.pid), "no thread of ours")
        program.process.kill()
        program.process.wait()
        said = dumping.communicate(timeout=20)[1].decode()
        check("ended before" in said and dumping.returncode == 2, said)
        check(os.listdir(folder) == [], os.listdir(folder))


def thread_names(pid):
    names = set()
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/comm" % (pid, thread)) as file:
            names.add(file.read().strip())
    return names


def main(python, count="1", *kinds):
    if not can_attach():
        print("gdb is not there, or debuggers are not allowed here")
        return SKIPPED
    before = left_behind()
    for kind in kinds or KINDS:
        check_kind(python, kind, int(count))
    if not kinds:
        check_mounts(python, int(count), OWN_TMP)
        check_mounts(python, int(count), OWN_ROOT)
        check_values(python)
        check_refusals(python)
        check_no_process()
        check_interruption(python)
        check_interpreters(python)
        check_killed(python)
        check_debugger_ends(python)
        check_both(python)
        check_limits(python)
        check_ended(python)
    wait_until(lambda: not left_behind() - before, "left behind")
    return 0


sys.exit(main(*sys.argv[1:]))

# SPDX-License-Identifier: MIT
"""dryad watch PID: watch PYTHON

stepwise.lua makes it wait for the test before each dump, so that a program grows by exactly so much from dump to dump.
"""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading

from program import Interpreter
from support import (DRYAD, HERE, INTERRUPTED, PATIENCE, REFUSED, check, check_nothing_is_left, descriptors, run,
                     status_field, wait_until)

FOUND = 1

# Runs each line that it reads, and answers.
CODE = """
import sys

class Session:
    __slots__ = ("page",)

    def __init__(self):
        self.page = bytes(400)

sessions, once = [], []

def leak(count, where=sessions):
    where.extend([Session() for _ in range(count)])

def size(count):
    return count * (sys.getsizeof(Session()) + sys.getsizeof(bytes(400)))

leak(500)
print("ready", flush=True)
for line in sys.stdin:
    print(eval(line), flush=True)
"""


class Program:
    """A process that runs a line when it is told to."""

    def __init__(self, python, name="-"):
        self.folder = tempfile.TemporaryDirectory()
        path = os.path.join(self.folder.name, name + ".py")
        with open(path, "w") as file:
            file.write(CODE)
        self.process = subprocess.Popen([*Interpreter(python).words, path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, encoding="utf-8")
        self.pid = self.process.pid
        check(self.process.stdout.readline() == "ready\n", "does not start")

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def do(self, line):
        self.tell(line)
        return self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.folder.cleanup()


class Watched:
    """The outcome of `dryad watch`: its status, output and messages."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __str__(self):
        return "status %s\n%s\n%s" % (self.status, self.out, self.err)

    @property
    def data(self):
        return json.loads(self.out)["data"]


def watch(program, *options, before_dump={}, before_load={}, environment={}):
    """Runs `dryad watch`. `before_dump[n]` is called with it before its n-th dump, `before_load[n]` before the n-th time
    that it loads one."""
    events, tell = os.pipe()
    answer, answers = os.pipe()
    process = subprocess.Popen(
        [DRYAD, os.path.join(HERE, "stepwise.lua"), str(tell), str(answer), "watch", *options, str(program.pid)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        pass_fds=(tell, answer), start_new_session=True, env={**os.environ, **environment})
    os.close(tell)
    os.close(answer)
    said = []
    listener = threading.Thread(target=lambda: said.extend(process.communicate()))
    listener.start()
    try:
        direct(process, events, answers, {"dump": before_dump, "load": before_load})
        listener.join(PATIENCE)
    finally:
        if listener.is_alive():
            process.kill()
            listener.join()
    return Watched(process.returncode, *said)


def direct(process, events, answers, actions):
    """Answers each event, after the action for it."""
    counts = {"dump": 0, "load": 0}
    with open(events) as events, open(answers, "wb", buffering=0) as answers:
        for event in events:
            event = event.strip()
            counts[event] += 1
            actions[event].get(counts[event], lambda _: None)(process)
            try:
                answers.write(b"go on\n")
            except BrokenPipeError:
                return  # it has ended


def row_of(rows, way):
    found = [row for row in rows if row["way"] == way]
    check(len(found) == 1, "not one row for", way, rows)
    return found[0]


# ---- what grows ------------------------------------------------------------------------------------------------------


def check_steady(python):
    """A leak of 1,000 objects a step, in numbers; and what grew once is not accused."""
    with Program(python) as program:
        leak = {n: lambda _: program.do("leak(1000)") for n in (2, 3, 4)}
        leak[3] = lambda _: (program.do("leak(1000)"), program.do("leak(3000, once)"))
        watched = watch(program, "--every", "0", "--count", "4", "--least", "20K", "--json", before_dump=leak)
        least = int(program.do("size(1000)"))
        check_nothing_is_left(program.pid)
    check(watched.status == 0, watched)
    data = watched.data
    check(list(data) == ["steps", "classes", "growth", "problems", "ended"], list(data))
    check(list(data["steps"][0]) == ["step", "time", "resident", "objects", "bytes", "held_seconds", "incomplete", "file",
                                     "rows"], data["steps"][0])
    check(data["ended"] == "count" and data["problems"] == [], data)
    check([step["step"] for step in data["steps"]] == [1, 2, 3, 4], data["steps"])
    check(data["steps"][0]["rows"] == [], data["steps"][0])
    for step in data["steps"][1:]:
        row = row_of(step["rows"], "__main__.sessions")
        check(row["class"] == "__main__.Session" and row["count"] == 1000 * (step["step"] - 1), row)
        # Beyond its items, a list has room for an eighth more.
        check(least <= row["more"] < least + 16384, "grew by", row["more"], "not", least)
        check(row["steady"] == (step["step"] > 2), row)
    once = [row_of(step["rows"], "__main__.once") for step in data["steps"][2:]]
    check([row["more"] for row in once] == [None, 0] and not any(row["steady"] for row in once), once)

    growths = data["growth"]["rows"]
    steady, once = row_of(growths, "__main__.sessions"), row_of(growths, "__main__.once")
    check(steady["counts"] == [500, 1500, 2500, 3500] and steady["steady"], steady)
    check(once["counts"] == [0, None, 3000, 3000] and not once["steady"], once)
    sessions, = [row for row in data["classes"] if row["class"] == "__main__.Session"]
    check(sessions["counts"] == [500, 1500, 5500, 6500], sessions)
    for i, step in enumerate(data["steps"]):
        check(0 < step["bytes"] < step["resident"] and step["objects"] > sessions["counts"][i], step)


def check_like_diff(python):
    """The comparison at the end is that of `dryad diff` with all dumps."""
    with Program(python) as program, tempfile.TemporaryDirectory() as folder:
        leak = {n: lambda _: program.do("leak(1000), leak(500, once)") for n in (2, 3)}
        watched = watch(program, "--every", "0", "--count", "3", "--json", "--keep", folder, before_dump=leak)
        check(watched.status == 0, watched)
        paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
        done = run(DRYAD, "diff", "--json", *paths)
    check([step["file"] for step in watched.data["steps"]] == paths, paths, watched)
    expected, growth = json.loads(done.stdout)["data"], watched.data["growth"]
    check(len(expected["rows"]) > 1 and growth["rows"] == expected["rows"], growth["rows"], expected["rows"])
    check(growth["text"] == expected["text"], growth["text"], expected["text"])


def check_quiet(python):
    """A program that does not grow is not accused; --fail-on-growth says so in its status."""
    with Program(python) as program:
        options = ("--every", "0", "--count", "3", "--fail-on-growth")
        watched = watch(program, *options)
        check(watched.status == 0, watched)
        check("Nothing that can be named grew at every step." in watched.out, watched)
        check(re.search(r"(?m)^step 3 .*  \+0B$", watched.out), watched)
        leak = {n: lambda _: program.do("leak(1000)") for n in (2, 3)}
        watched = watch(program, *options, before_dump=leak)
        check(watched.status == FOUND, watched)
        check("grew at every step, in all by" in watched.err and "2,000 __main__.Session" in watched.err, watched)
        watched = watch(program, *options, before_dump={2: leak[2]})
        check(watched.status == 0, watched)


def check_two(python):
    """Two dumps do not tell."""
    with Program(python) as program:
        watched = watch(program, "--every", "0", "--count", "2", before_dump={2: lambda _: program.do("leak(1000)")})
        check(watched.status == 0 and "1,000 __main__.Session in __main__.sessions" in watched.out, watched)
        check("Two dumps do not tell" in watched.out and "at every step" not in watched.out, watched)
        watched = watch(program, "--count", "2", "--fail-on-growth")
        check(watched.status == REFUSED and "--count 3" in watched.err and watched.out == "", watched)


def check_lines(python):
    """A step is printed when it is taken, also into a pipe; as JSON, too."""
    seen = []
    with Program(python) as program:
        process = subprocess.Popen([DRYAD, "watch", "--every", "1h", "--jsonl", str(program.pid)],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
        seen.append(json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        status = process.wait(PATIENCE)
        process.stdout.close()
    check(seen[0]["step"] == 1 and seen[0]["rows"] == [] and rest == "" and status == 0, seen, rest, status)


# ---- how it ends -----------------------------------------------------------------------------------------------------


def end(program):
    program.process.kill()
    wait_until(lambda: status_field(program.pid, "State").startswith("Z"), "does not end")


def check_end_of_process(python):
    for count, status in ((), 0), (("--count", "5"), REFUSED):
        with Program(python) as program:
            watched = watch(program, "--every", "0", *count, before_dump={
                2: lambda _: program.do("leak(1000)"), 3: lambda _: end(program)})
        check(watched.status == status, watched)
        check("process %d has ended" % program.pid in watched.err, watched)
        check("after 2 of 5 steps" in watched.err or not count, watched)
        check("1,000 __main__.Session more" in watched.out, "no summary:", watched)


def check_exec(python):
    """Another program under the same id is not compared."""
    with Program(python) as program:
        def execute(_):
            program.tell("__import__('os').execv(sys.executable, [sys.executable, *sys.argv])")
            check(program.process.stdout.readline() == "ready\n", "does not start again")

        watched = watch(program, "--every", "0", "--json", before_dump={3: execute})
    check(watched.status == 0 and "runs another program now (exec)" in watched.err, watched)
    check(watched.data["ended"] == "gone" and len(watched.data["steps"]) == 2, watched)


def check_interruption(python):
    """Ctrl-C ends with what grew, whenever it comes; a second one ends at once."""
    def interrupt(process):
        process.send_signal(signal.SIGINT)

    with Program(python) as program:
        leak = {2: lambda _: program.do("leak(1000)")}
        for options, status in (("--every", "0"), 0), (("--every", "0", "--count", "9"), INTERRUPTED):
            # While a dump is taken: that step is given up.
            watched = watch(program, *options, "--json", before_dump={**leak, 3: interrupt})
            check(watched.status == status, watched)
            check(watched.data["ended"] == "interrupted" and len(watched.data["steps"]) == 2, watched)
            check(row_of(watched.data["growth"]["rows"], "__main__.sessions")["count"] == 1000, watched)
            # While one is loaded: that step is completed.
            watched = watch(program, *options, "--json", before_dump=leak, before_load={2: interrupt})
            check(watched.status == status and "completing step 2" in watched.err, watched)
            check(watched.data["ended"] == "interrupted" and len(watched.data["steps"]) == 2, watched)
            check(row_of(watched.data["growth"]["rows"], "__main__.sessions")["count"] == 1000, watched)
        for stop in dict(before_dump={1: interrupt}), dict(before_load={2: interrupt, 3: interrupt}):
            watched = watch(program, "--every", "0", "--json", **stop)
            check(watched.status == INTERRUPTED and watched.out == "" and "interrupted" in watched.err, watched)


def check_termination(python):
    """SIGTERM ends it at once, and leaves no file."""
    with Program(python) as program, tempfile.TemporaryDirectory() as folder:
        def terminate(process):
            check(any(path.startswith(folder) for path in descriptors(process.pid).values()), "no dump in", folder)
            process.terminate()

        watched = watch(program, "--every", "0", before_load={2: terminate}, environment={"TMPDIR": folder})
        check(watched.status == -signal.SIGTERM and "step 1 " in watched.out, watched)
        check(os.listdir(folder) == [], os.listdir(folder))
        check_nothing_is_left(program.pid)


def check_failures(python):
    """A dump that fails is reported, and the watch goes on; three of them end it."""
    def limit(process, size):
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    with Program(python) as program, tempfile.TemporaryDirectory() as folder:
        def fail(process):
            limit(process, 1000)

        def go_on(process):
            program.do("leak(1000)")
            limit(process, resource.RLIM_INFINITY)

        options = ("--every", "0", "--json")
        for keep in (), ("--keep", folder):
            watched = watch(program, *options, *keep, "--count", "3", before_dump={2: fail, 3: go_on})
            check(watched.status == REFUSED and "step 2, " in watched.err, watched)
            check([step["step"] for step in watched.data["steps"]] == [1, 3], watched)
            check(len(watched.data["problems"]) == 1 and watched.data["ended"] == "count", watched)
            check(row_of(watched.data["growth"]["rows"], "__main__.sessions")["count"] == 1000, watched)
        check(len(os.listdir(folder)) == 2, os.listdir(folder))
        watched = watch(program, *options, before_dump={2: fail})
        check(watched.status == REFUSED and watched.data["ended"] == "failed", watched)
        check(len(watched.data["problems"]) == 3 and len(watched.data["steps"]) == 1, watched)
        watched = watch(program, *options, before_dump={1: fail})
        check(watched.status == REFUSED and watched.out == "", watched)


# ---- files -----------------------------------------------------------------------------------------------------------


def check_kept(python):
    """--keep: private files, of which --keep-last keeps the last."""
    with Program(python) as program, tempfile.TemporaryDirectory(suffix="%t") as folder:
        options = ("--every", "0", "--count", "4", "--keep", folder)
        watched = watch(program, *options, "--keep-last", "2")
        check(watched.status == 0, watched)
        names = sorted(os.listdir(folder))
        check([re.sub(r"\d{8}T\d{6}", "TIME", name) for name in names] == [
            "heap-%d-%03d-TIME.dump.zst" % (program.pid, n) for n in (3, 4)], names)
        for name in names:
            check(os.stat(os.path.join(folder, name)).st_mode & 0o777 == 0o600, name)
        for *words, said in (("--keep", folder + "/no", "there is no folder '"), ("--keep", __file__, "takes a folder, not"),
                             ("--keep-last", "2", "--keep-last"), ("--force", "--force")):
            watched = watch(program, *words)
            check(watched.status == REFUSED and watched.out == "" and said in watched.err, watched)


def check_report(python):
    """-o: the page has the latest heap, and what grew over all steps."""
    template = os.path.join(os.path.dirname(DRYAD), "share/dryad/report/page.html")
    with Program(python) as program, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report.html")
        leak = {n: lambda _: program.do("leak(1000)") for n in (2, 3)}
        options = ("--every", "0", "--count", "3", "-o", path)
        watched = watch(program, *options, before_dump=leak)
        if not os.path.exists(template):
            check(watched.status == REFUSED and "Node" in watched.err and watched.out == "", watched)
            return
        check(watched.status == 0 and "\n%s: " % path in watched.out, watched)
        check(os.stat(path).st_mode & 0o777 == 0o600, os.stat(path))
        with open(path, encoding="utf-8") as file:
            page = re.search('<script type="application/json" id="report">(.*?)</script>', file.read(), re.DOTALL)
        data = json.loads(page.group(1))
        growth = data["growth"]
        check([label.split(",")[0] for label in growth["labels"]] == ["step 1", "step 2", "step 3"], growth["labels"])
        row = row_of(growth["rows"], "__main__.sessions")
        check(row["counts"] == [500, 1500, 2500] and row["steady"], row)
        check(data["heap"]["bytes"] == growth["totals"][-1] > growth["totals"][0] > 0, growth["totals"])
        watched = watch(program, *options)
        check(watched.status == REFUSED and "--force" in watched.err and watched.out == "", watched)
        watched = watch(program, *options, "--force", before_dump={3: lambda _: end(program)})
        check(watched.status == REFUSED and os.listdir(folder) == ["report.html"], watched)
        with open(path, encoding="utf-8") as file:
            check("step 2," in file.read(), "no new page")
        os.remove(path)
        watched = watch(program, *options)
        check(watched.status == REFUSED and watched.out == "" and os.listdir(folder) == [], watched)


def check_damaged(python):
    """A dump that is incomplete, or cannot be loaded, is not taken for one of a process that shrank."""
    def latest(folder):
        return os.path.join(folder, max(os.listdir(folder)))

    with Program(python) as program:
        for more, status in ((), REFUSED), (("--allow-incomplete",), 0):
            with tempfile.TemporaryDirectory() as folder:
                watched = watch(program, "--every", "0", "--count", "3", "--keep", folder, "--fail-on-growth", *more,
                                before_load={2: lambda _: os.truncate(latest(folder), 100000)})
            check(watched.status == status and "This dump is incomplete" in watched.out, watched)
            check("the check was not made: the dump of step 2 is incomplete" in watched.err or status == 0, watched)
        with tempfile.TemporaryDirectory() as folder:
            def spoil(_):
                with open(latest(folder), "wb") as file:
                    file.write(b"PK\3\4" + bytes(100))

            options = ("--every", "0", "--count", "3", "--keep", folder)
            watched = watch(program, *options, "--json", before_load={2: spoil})
            check(watched.status == REFUSED and [step["step"] for step in watched.data["steps"]] == [1, 3], watched)
            check(watched.data["growth"]["rows"] == [] and len(watched.data["problems"]) == 1, watched)
            watched = watch(program, *options, "--force", before_load={3: spoil})
            check(watched.status == REFUSED and "The last dump could not be loaded" in watched.out, watched)
            watched = watch(program, *options, "--force", "--fail-on-growth", before_load={3: spoil})
            check(watched.status == REFUSED and "the check was not made: the last dump" in watched.err, watched)


def check_pace(python):
    """Steps that take longer than --every are reported, once."""
    with Program(python) as program:
        watched = watch(program, "--every", "0.000001", "--count", "4")
    check(watched.status == 0 and watched.err.count("longer than --every") == 1, watched)


def check_terminal(python):
    """On a terminal, and only there, it says when the next step comes."""
    controller, terminal = os.openpty()
    with Program(python) as program:
        process = subprocess.Popen([DRYAD, "watch", "--every", "1h", str(program.pid)], stdin=terminal, stdout=terminal,
                                   stderr=terminal, start_new_session=True)
        os.close(terminal)
        shown = b""
        while b"step 2 in " not in shown:
            shown += os.read(controller, 4096)
        process.send_signal(signal.SIGINT)
        try:
            while True:
                shown += os.read(controller, 4096)
        except OSError:
            pass  # it has closed the terminal
        check(process.wait(PATIENCE) == 0, shown)
        watched = watch(program, "--every", "0.01", "--count", "2")
    os.close(controller)
    check(shown.count(b"One dump does not tell") == 1, shown)
    check("step 2 in" not in watched.err and "\r" not in watched.err, watched)


def check_hostile_name(python):
    """No text of the process reaches the terminal as it is."""
    with Program(python, "\x1b[31m\u202ered") as program:
        name = "type('\\x1b[32mgreen\\n', (), {'__slots__': 'page'})"
        program.do("sys.modules['__main__'].__dict__.update(Evil=%s)" % name)
        leak = {n: lambda _: program.do("once.extend([Evil() for _ in range(5000)])") for n in (2, 3)}
        watched = watch(program, "--every", "0", "--count", "3", before_dump=leak)
    check(watched.status == 0 and "10,000 " in watched.out and "green" in watched.out, watched)
    for text in watched.out, watched.err:
        check(not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text), ascii(text))


def main(python):
    for test in (check_steady, check_like_diff, check_quiet, check_two, check_lines, check_end_of_process, check_exec,
                 check_interruption, check_termination, check_failures, check_kept, check_report, check_damaged,
                 check_pace, check_terminal, check_hostile_name):
        print(test.__name__, flush=True)
        test(python)


if __name__ == "__main__":
    sys.exit("run it as python3 tests/attach watch PYTHON")

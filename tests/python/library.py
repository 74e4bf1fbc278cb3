# SPDX-License-Identifier: MIT
"""The library that `dryad dump PID` loads into processes, without dryad: library.py [--root FOLDER] PYTHON [TEST ...]

With --root the program under test runs in that folder by chroot. The test loads the library by a loader of its own in
the program, and reads what comes through the pipes as dryad does.
"""

import array
import calendar
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import garbage
import kinds
import numpy_arrays
from live_heap import missing_from
from liveness import Liveness

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("DRYAD_BUILD", "build")
DRYAD = os.environ.get("DRYAD", os.path.join(BUILD, "dryad"))
LIBRARY = os.path.join(BUILD, "share", "dryad", "python", "dryad-attach.so")
LOADER = os.environ.get("DRYAD_LOADER", os.path.join(BUILD, "tests", "python", "loader.so"))
MAGIC = b"dryad-attach-1\r\n"
FULL, HASH, NONE = range(3)
SKIPPED = 77
PATIENCE = 120  # seconds, for what comes at once on an idle machine
AT_LENGTH = bool(os.environ.get("DRYAD_TEST_AT_LENGTH"))
DUMPS = 12 if AT_LENGTH else 4  # of one program in a row


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


def ordered(dump, status, library, values, max_value, allocation_frames):
    """The library's bytes with an order in them."""
    with open(LIBRARY, "rb") as file:
        content = file.read()
    places = [found.start() for found in re.finditer(re.escape(MAGIC), content)]
    check(len(places) == 1, "the order is in the library", len(places), "times")
    size, = struct.unpack_from("<I", content, places[0] + 16)
    order = struct.pack("<16sIiiiIIQ", MAGIC, size, dump, status, library, values, allocation_frames, max_value)
    check(len(order) == size, "an order has", size, "bytes")
    return content[:places[0]] + order + content[places[0] + size:]


class Reader(threading.Thread):
    """Everything that comes out of a pipe."""

    def __init__(self, descriptor):
        super().__init__()
        self.descriptor, self.content = descriptor, b""
        self.start()

    def run(self):
        parts = []
        with open(self.descriptor, "rb", buffering=0) as pipe:
            for part in iter(lambda: pipe.read(1 << 20), b""):
                parts.append(part)
        self.content = b"".join(parts)


class Program:
    """A program under test."""

    def __init__(self, python, root, kind):
        self.folder = tempfile.mkdtemp(dir=os.path.join(root, "tmp"))
        os.chmod(self.folder, 0o755)
        for name in ("program.py", "live_heap.py", "kinds.py", "traced.py", "greenlets.py", "garbage.py", "numpy_arrays.py",
                     "library_target.py"):
            shutil.copy(os.path.join(HERE, name), self.folder)
        shutil.copy(LOADER, os.path.join(self.folder, "loader.so"))
        inside = "/" + os.path.relpath(self.folder, root)
        self.channel, theirs = socket.socketpair()
        self.channel.settimeout(PATIENCE)
        command = (["chroot", root] if root != "/" else []) + python
        if kind == "garbage_and_held":
            include = subprocess.check_output(command + ["-c", "import sysconfig; print(sysconfig.get_path('include'))"])
            garbage.compile_holder(self.folder, root + include.decode().strip(), os.path.join(root, "usr/include"))
        command += [inside + "/library_target.py", kind, inside + "/loader.so", str(theirs.fileno())]
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8")
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment, stderr=subprocess.PIPE)
        theirs.close()
        self.errors = Reader(os.dup(self.process.stderr.fileno()))
        line = b""
        while not line.endswith(b"\n"):
            part = self.channel.recv(1 << 20)
            if not part:
                self.fail("it does not start")
            line += part
        self.told = json.loads(line.decode())
        self.pid = self.process.pid

    def fail(self, *what):
        self.process.kill()
        self.process.wait()
        self.errors.join()
        raise AssertionError(" ".join(map(str, what)) + "\n" + self.errors.content.decode(errors="replace"))

    def load(self, dump, status, values=FULL, max_value=100, allocation_frames=8):
        """Loads the library with the write ends of two pipes, and closes those here."""
        library = os.memfd_create("dryad")
        rights = array.array("i", [dump, status, library])
        try:
            self.channel.sendmsg([b"d"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            numbers = struct.unpack("iii", self.channel.recv(12))
        except (OSError, struct.error) as error:
            self.fail("it does not serve:", error)
        with open(library, "wb") as file:
            file.write(ordered(*numbers, values, max_value, allocation_frames))
        os.close(dump)
        os.close(status)
        self.channel.send(b"l")
        said = self.channel.recv(256)
        if said != b"loaded":
            self.fail(said.decode())

    def dump(self, **options):
        """The lines of the course, and the dump."""
        (dump, dump_in), (status, status_in) = os.pipe(), os.pipe()
        self.load(dump_in, status_in, **options)
        content, course = Reader(dump), Reader(status)
        for reader in (content, course):
            reader.join(PATIENCE)
            if reader.is_alive():
                self.fail("the dump does not end")
        return course.content.decode().splitlines(), content.content

    def traces(self):
        """What a dump could leave behind: the program's open files, its threads, and maps of the library."""
        with open("/proc/%d/maps" % self.pid) as maps:
            ours = [line for line in maps if "memfd" in line or "dryad" in line]
        return sorted(os.listdir("/proc/%d/fd" % self.pid)), len(os.listdir("/proc/%d/task" % self.pid)), ours

    def wait_for_traces(self, before):
        """Waits until the program is as it was before."""
        deadline = time.monotonic() + PATIENCE
        while self.traces() != before:
            if time.monotonic() > deadline:
                self.fail("left behind:", before, self.traces())
            time.sleep(0.01)

    def end(self):
        self.channel.send(b"e")
        status = self.process.wait(PATIENCE)
        self.errors.join()
        check(status == 7, "ended with", status, self.errors.content.decode(errors="replace"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()
        self.channel.close()
        shutil.rmtree(self.folder)


def facts_and_records_of(content):
    """The facts of the process, and the objects by address."""
    lines = content.splitlines()
    first, *parsed, last = json.loads(b"[%s]" % b",".join(lines))
    check((first["address"], first["type"]) == (1, "<process>"), first)
    check(last == {"address": 2, "type": "<end>", "size": 0, "value": len(parsed) + 1, "refs": []}, last, len(parsed))
    records = {record["address"]: record for record in parsed}
    check(len(records) == len(parsed) == len(lines) - 2, len(lines), "lines,", len(records), "addresses")
    return json.loads(first["value"]), records


def records_of(content):
    return facts_and_records_of(content)[1]


def seconds_of(text):
    """Seconds since 1970 of a time in UTC."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def check_references(records):
    dangling = [(record["type"], ref) for record in records.values() for ref in record["refs"] if ref not in records]
    check(not dangling, dangling[:5])


def check_course(course, count):
    check([line.split()[0] for line in course] == ["waiting", "copied", "done"], course)
    check(course[-1].split()[1] == str(count), course, count)


def check_waiting(frame, marker):
    """The frame in which the program waits has names, and the line where it stands."""
    check(frame["names"][frame["refs"].index(marker)] == "marker", "the local is", frame["names"])
    check(os.path.basename(frame["file"]) == "library_target.py", "in", frame["file"])
    with open(os.path.join(HERE, "library_target.py")) as file:
        line = file.read().splitlines()[frame["line"] - 1]
    check(line.strip() == "serve(number)", "stands at", line)


# ---- the tests


def test_the_dump_has_the_live_heap(python, root):
    with Program(python, root, "blocked") as program:
        course, content = program.dump()
        records = records_of(content)
        check_course(course, len(records))
        wrong = []
        for address, (kind, bounds, referents) in program.told["facts"].items():
            record = records.get(int(address))
            if record is None:
                wrong.append(("missing", kind))
            elif missing_from(records, int(address), referents):
                wrong.append(("lost a reference", kind))
            elif record["type"].split(".")[-1] != kind:
                wrong.append(("type", kind, record["type"]))
            elif bounds is not None and not bounds[0] <= record["size"] <= bounds[1]:
                wrong.append(("size", kind, record["size"], bounds))
        check(len(program.told["facts"]) > 15000, "only", len(program.told["facts"]), "objects")
        check(not wrong, len(wrong), wrong[:10])
        check_references(records)
        frames = [record for record in records.values() if record["type"] == "frame" and record.get("value") == "main"]
        waiting = [frame for frame in frames if program.told["marker"] in frame["refs"]]
        check(len(waiting) == 1, "no local of the frame that waits")
        check_waiting(waiting[0], program.told["marker"])
        program.end()


def test_the_process_is_told(python, root):
    with Program(python, root, "blocked") as program:
        facts = facts_and_records_of(program.dump()[1])[0]
        told = program.told["process"]
        told["pid"] = program.pid
        for name, value in told.items():
            check(facts[name] == value, name, facts[name], value)
        check(facts["gc"]["thresholds"][:2] == program.told["thresholds"], facts["gc"])
        check((facts["gc"]["enabled"], facts["gc"]["garbage"]) == (False, 2), facts["gc"])
        with open("/proc/%d/smaps_rollup" % program.pid) as rollup:
            text = rollup.read()
        resident, proportional = (1024 * int(text.split(word)[1].split()[0]) for word in ("\nRss:", "\nPss:"))
        check(abs(facts["rss"] - resident) < resident // 10, facts["rss"], resident)
        check(abs(facts["pss"] - proportional) < proportional // 4, facts["pss"], proportional)
        check(sum(facts["maps"].values()) == facts["rss"] and all(facts["maps"].values()), facts["maps"])
        check(facts["allocator"]["malloc"]["in_use"] > 1 << 16, facts["allocator"])
        has_arenas = program.told["version"] >= [3, 12] and not program.told["free_threaded"]
        check(facts["tracemalloc"] is False, facts["tracemalloc"])
        check(("arenas" in facts["allocator"]) == has_arenas, facts["allocator"])
        check(abs(time.time() - seconds_of(facts["time"])) < PATIENCE, facts["time"])
        check(abs(program.told["started"] - seconds_of(facts["started"])) < PATIENCE, facts["started"])
        hidden = facts_and_records_of(program.dump(values=NONE)[1])[0]
        check((hidden["command"], hidden["executable"], hidden["hostname"]) == ("", "", ""), hidden)
        program.end()


def test_bytes_counted_are_bytes_allocated(python, root):
    with Program(python, root, "sizes") as program:
        records = records_of(program.dump()[1])
        program.end()
    wrong = []
    for name, allocated, addresses in program.told["measured"]:
        counted = sum(records[address]["size"] for address in addresses)
        if not kinds.is_right(name, counted, allocated):
            wrong.append("%s: %d counted, %d allocated" % (name, counted, allocated))
    check(len(program.told["measured"]) > 150, "only", len(program.told["measured"]), "kinds")
    check(not wrong, *wrong)


def test_threads_are_told(python, root):
    with Program(python, root, "blocked") as program:
        records = records_of(program.dump()[1])
        threads = [record for record in records.values() if record["type"] == "<thread>"]
        told = {}
        for record in threads:
            facts = json.loads(record["value"])
            told[str(facts["ident"])] = [record["name"], facts["native_id"], facts["daemon"], facts["interpreter"]]
            check((record["root"], record["size"]) == ("thread", 0), record)
        check(told == program.told["threads"], told, program.told["threads"])
        stacks = [[records[ref].get("value") for ref in record["refs"] if records[ref]["type"] == "frame"] for record in threads]
        check(sorted(stack.count("recurse") for stack in stacks) == [0, 0, 51, 51, 51, 51, 51], stacks)
        check([stack[-1] for stack in stacks if "main" in stack] == ["<module>"], stacks)
        program.end()


def test_no_known_object_is_in_the_wrong_class(python, root):
    """By the rule for dumps that say what the interpreter holds: what nobody holds is garbage, what C code holds is none."""
    with Program(python, root, "garbage_and_held") as program:
        liveness = Liveness(records_of(program.dump()[1]))
        fates = program.told["fates"]
        program.end()
    check(len(fates["dead"]) == 9 and len(fates["held"]) == 5, "only", fates["dead"].keys(), fates["held"].keys())
    check(len(fates["kept"]) > 1000, "only", len(fates["kept"]), "objects of the program")
    for wrong in (liveness.wrongly_alive(fates["dead"], program.told["free_threaded"]), liveness.wrongly_dead(fates["held"]),
                  liveness.wrong_of_program(fates["kept"])):
        check(not wrong, wrong)


def test_dryad_loads_it(python, root):
    with Program(python, root, "idle") as program, tempfile.TemporaryDirectory() as folder:
        course, content = program.dump()
        path = os.path.join(folder, "a.dump")
        with open(path, "wb") as file:
            file.write(content)
        code = "r = heap.report print(#heap + r.collapsed, r.bad_lines, r.dangling_refs, #r.problems)"
        done = subprocess.run([DRYAD, "-e", code, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True,
                              stdin=subprocess.DEVNULL)
        check(done.returncode == 0, done.stderr)
        check(done.stdout.split() == [course[-1].split()[1], "0", "0", "0"], done.stdout)
        program.end()


def test_dumps_are_equal_and_leave_nothing(python, root):
    with Program(python, root, "idle") as program:
        before = program.traces()
        dumps = []
        for _ in range(DUMPS):
            course, content = program.dump()
            check(course[-1].startswith("done "), course)
            program.wait_for_traces(before)
            dumps.append({line for line in content.splitlines()[1:] if b'"type": "frame"' not in line})
        for dump in dumps[1:]:
            check(dump == dumps[0], "differ:", sorted(dumps[0] - dump)[:3], sorted(dump - dumps[0])[:3])
        program.end()


def test_busy_threads_are_dumped_whole(python, root):
    with Program(python, root, "busy") as program:
        dumps = [program.dump() for _ in range(DUMPS // 2)]
        program.end()
    for course, content in dumps:
        records = records_of(content)
        check_course(course, len(records))
        check_references(records)


def test_two_dumps_at_once(python, root):
    with Program(python, root, "idle") as program:
        before = program.traces()
        readers = []
        for _ in range(2):
            (dump, dump_in), (status, status_in) = os.pipe(), os.pipe()
            program.load(dump_in, status_in)
            readers.append((dump, status))
        for course, content in [(Reader(status), Reader(dump)) for dump, status in readers]:
            course.join()
            content.join()
            check_course(course.content.decode().splitlines(), len(records_of(content.content)))
        program.wait_for_traces(before)
        program.end()


def test_values_are_told_as_ordered(python, root):
    with Program(python, root, "idle") as program:
        check(b"held by a traceback" in program.dump()[1], "values")
        check(b"held by a traceback" not in program.dump(values=NONE)[1], "no values")
        check(b"held by a traceback" not in program.dump(values=HASH)[1], "hashes")
        content = program.dump(max_value=4)[1]
        check(b'"held"' in content and b'"held ' not in content, "not cut")
        program.end()


def test_objects_say_where_they_were_allocated(python, root):
    """In a program that starts tracemalloc late, while threads allocate and free."""
    with Program(python, root, "allocating") as program:
        sites = program.told["sites"]
        check(len(sites) > 200, "only", len(sites), "objects")
        for frames in (8, 8, 2):
            records = records_of(program.dump(allocation_frames=frames)[1])
            wrong = [(records[address]["type"], records[address].get("allocated"), lines)
                     for address, lines in sites if records[address].get("allocated") != lines[:frames]]
            check(not wrong, len(wrong), wrong[:3])
        facts = facts_and_records_of(program.dump()[1])[0]["tracemalloc"]
        check(facts["frames"] == 8 and facts["traced"] > program.told["traced"] // 2, facts, program.told["traced"])
        content = program.dump(allocation_frames=0)[1]
        check(facts_and_records_of(content)[0]["tracemalloc"] == {"frames": 8}, "tracing without sites")
        check(b'"allocated": [' not in content, "sites that were not asked for")
        program.end()


def test_suspended_greenlets_hold_their_frames(python, root):
    try:
        program = Program(python, root, "suspended")
    except AssertionError as error:
        if "No module named 'greenlet'" in str(error):
            print("skipped: no greenlet")
            return
        raise
    with program:
        records = records_of(program.dump()[1])
        check(len(program.told["greenlets"]) > 2000, "only", len(program.told["greenlets"]), "greenlets")
        for made, session in program.told["greenlets"]:
            greenlet = records[made]
            frame = records[greenlet["refs"][greenlet["names"].index("gr_frame")]]
            check(frame["refs"][frame["names"].index("session")] == session, greenlet, frame)
        program.end()


def test_arrays_of_numpy_are_told(python, root):
    with Program(python, root, "arrays") as program:
        facts = program.told["arrays"]
        if not facts:
            print("skipped: no numpy")
        else:
            check(len(facts) > 150, "only", len(facts), "arrays")
            for values in (FULL, HASH, NONE):
                wrong = numpy_arrays.wrong(records_of(program.dump(values=values)[1]), facts)
                check(not wrong, len(wrong), wrong[:3])
        program.end()


def test_nobody_reads_any_more(python, root):
    """The copy ends when the pipes break, before or while it writes."""
    with Program(python, root, "idle") as program:
        before = program.traces()
        for reads in (0, 1, 65536):
            (dump, dump_in), (status, status_in) = os.pipe(), os.pipe()
            if reads == 0:
                os.close(dump)
                os.close(status)
            program.load(dump_in, status_in)
            if reads > 0:
                os.read(dump, reads)
                os.close(dump)
                os.close(status)
            program.wait_for_traces(before)
        course, content = program.dump()
        check_course(course, len(records_of(content)))
        program.end()


def test_sub_interpreters_are_dumped(python, root):
    try:
        program = Program(python, root, "interpreters")
    except AssertionError as error:
        if "ModuleNotFoundError" in str(error) or "has no attribute 'create'" in str(error):
            print("skipped: no module for sub-interpreters")
            return
        raise
    with program:
        course, content = program.dump()
        if program.told["gil"]:
            records = records_of(content)
            check_course(course, len(records))
            check_references(records)
            marked = [record.get("interpreter") for record in records.values() if record.get("value") == "made in another"]
            check(marked == [program.told["interpreter"]], marked)
            modules = [record.get("interpreter") for record in records.values() if record.get("name") == "sys"]
            check(sorted(modules, key=str) == [program.told["interpreter"], None], modules)
        else:
            check(course[-1].startswith("refused its Python is free-threaded and has sub-interpreters"), course)
            check(content == b"", "something was written")
        program.end()


def test_a_busy_sub_interpreter_with_its_own_gil_is_refused(python, root):
    with Program(python, root, "idle") as program:
        own_gil = program.told["version"] >= [3, 12] and program.told["gil"]
    if not own_gil:
        return
    with Program(python, root, "busy_interpreter") as program:
        before = program.traces()
        course, content = program.dump()
        check(course[0] == "waiting" and course[1].startswith("refused ") and "does not pause" in course[1], course)
        check(content == b"", "something was written")
        program.wait_for_traces(before)


def refused(python, root, kind, *words):
    with Program(python, root, kind) as program:
        before = program.traces()
        course, content = program.dump()
        check(len(course) == 1 and course[0].startswith("refused ") and content == b"", course)
        check(all(word in course[0] for word in words), course)
        program.wait_for_traces(before)


def test_a_python_that_is_not_as_known_is_refused(python, root):
    refused(python, root, "resized", "a list is ", " bytes, not ")
    with Program(python, root, "idle") as program:
        version = program.told["version"]
    if version >= [3, 11]:  # before, it is a text created on each request
        refused(python, root, "newer", "this Dryad knows CPython 3.8 to 3.15; the process runs 3.16.0")
    if version >= [3, 13]:
        refused(python, root, "renumbered", "interpreter_state.threads_head is 77777, not ")


def test_the_copy_is_ended_from_outside(python, root):
    with Program(python, root, "idle") as program:
        (dump, dump_in), (status, status_in) = os.pipe(), os.pipe()
        program.load(dump_in, status_in)
        os.read(dump, 1)
        course = open(status)
        check(course.readline() == "waiting\n", "waiting")
        os.kill(int(course.readline().split()[1]), 9)
        check(course.read() == "failed the copy of the process was killed before it finished\n", "not told")
        course.close()
        os.close(dump)
        program.end()


TESTS = [(name, test) for name, test in list(globals().items()) if name.startswith("test_")]


def main(arguments):
    root = "/"
    if arguments[0] == "--root":
        root, arguments = arguments[1], arguments[2:]
        if os.geteuid() != 0:
            print("not root: no chroot")
            return SKIPPED
    python, wanted = arguments[:1], arguments[1:]
    failed = 0
    for name, test in TESTS:
        if wanted and name not in wanted:
            continue
        try:
            test(python, root)
            print("good:", name, flush=True)
        except Exception as error:
            failed += 1
            print("FAILED: %s: %s: %s" % (name, type(error).__name__, error), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

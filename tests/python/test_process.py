# SPDX-License-Identifier: MIT
"""The facts of the process that a dump begins with."""

import contextlib
import ctypes
import datetime
import gc
import mmap
import os
import platform
import re
import socket
import subprocess
import sys
import sysconfig
import threading
import time
import tracemalloc
import unittest

from dryad import scanner
from support import DRYAD, Case, read

MIB = 1 << 20
FREE_THREADED = sysconfig.get_config_var("Py_GIL_DISABLED") == 1
GUARDED = [int(part) for part in os.confstr("CS_GNU_LIBC_VERSION").split()[1].split(".")] < [2, 42]
PRELOADED = bool(os.environ.get("DRYAD_PRELOAD"))


def seconds(text):
    """Since 1970, of a text such as 2024-02-29T23:59:59Z."""
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return moment.replace(tzinfo=datetime.timezone.utc).timestamp()


def started():
    """When this process started, in seconds since 1970, as the kernel has it."""
    with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:
        ticks = int(stat.read().rsplit(")", 1)[1].split()[19])
        return time.time() - float(uptime.read().split()[0]) + ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def waiting_threads(count):
    end = threading.Event()
    threads = [threading.Thread(target=end.wait) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        end.set()
        for thread in threads:
            thread.join()


class FactsCase(Case):
    def facts(self, thing=(), **options):
        return self.dump_of(thing, **options).process

    def run_python(self, code, *arguments, **environment):
        """The output of a program that may dump itself to the test's path."""
        command = [sys.executable, "-c", "from dryad import scanner\n" + code, self.path()] + list(arguments)
        environment = dict(os.environ, **environment)
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class ProcessTest(FactsCase):
    def test_it_is_named_as_python_and_the_kernel_name_it(self):
        facts = self.facts()
        with open("/proc/self/cmdline") as command:
            self.assertEqual(command.read()[:-1].replace("\0", " "), facts["command"])
        self.assertEqual(os.getpid(), facts["pid"])
        self.assertEqual(os.readlink("/proc/self/exe"), facts["executable"])
        self.assertEqual(platform.python_version(), facts["python"])
        self.assertEqual(platform.python_implementation(), facts["implementation"])
        self.assertEqual(socket.gethostname(), facts["hostname"])

    def test_all_kinds_of_dumps_have_facts_and_an_end(self):
        for function in (scanner.dump_all_objects, scanner.dump_gc_objects):
            for fork in (False, True):
                function(self.path(), overwrite=True, fork=fork)
                self.assertEqual(os.getpid(), read(self.path()).process["pid"])
        self.assertEqual(os.getpid(), self.facts(fork=True)["pid"])

    def test_it_says_which_version_of_the_scanner_wrote_it(self):
        version = subprocess.check_output(DRYAD + ["-v"], universal_newlines=True)
        self.assertIn(self.facts()["scanner"], version.split())

    def test_arguments_may_be_any_bytes(self):
        odd = [b"two words", b'"quoted" \\', "\u00e9\U0001f600".encode(), b"line\nbreak", b"\xff\xc0\x80\xed\xa0\x80\xf5"]
        self.run_python("import sys; scanner.dump_all_referenced(sys.argv[1], [])", *odd)
        arguments = read(self.path()).process["command"].split(self.path() + " ")[1]
        self.assertEqual(os.fsdecode(b" ".join(odd)), arguments)

    def test_a_long_command_is_cut(self):
        self.run_python("import sys; scanner.dump_all_referenced(sys.argv[1], [])", "x" * 10000)
        self.assertEqual(4095, len(read(self.path()).process["command"]))

    def test_times_are_those_of_the_dump_and_of_the_start(self):
        before = time.time()
        facts = self.facts()
        after = time.time()
        self.assertTrue(int(before) <= seconds(facts["time"]) <= after, (before, facts["time"], after))
        self.assertLess(abs(seconds(facts["started"]) - started()), 2)

    def test_tracing_is_told_as_tracemalloc_tells_it(self):
        self.addCleanup(tracemalloc.stop)
        self.assertIs(False, self.facts()["tracemalloc"])
        for frames in (1, 25):
            tracemalloc.start(frames)
            kept = [bytes(MIB) for _ in range(5)] + [[number] for number in range(1000)]
            for fork in (False, True):
                told = self.facts(fork=fork)["tracemalloc"]
                self.assertEqual(frames, told["frames"])
                self.assertLess(abs(tracemalloc.get_traced_memory()[0] - told["traced"]), MIB / 4)
            self.assertEqual({"frames": frames}, self.facts(allocation_frames=0)["tracemalloc"])
            tracemalloc.stop()
            self.assertIs(False, self.facts()["tracemalloc"])
            del kept

    def test_the_collector_is_told_as_python_tells_it(self):
        thresholds, collects = gc.get_threshold(), gc.isenabled()
        self.addCleanup(gc.set_threshold, *thresholds)
        self.addCleanup(gc.garbage.clear)
        gc.set_threshold(71234, 11, 12)
        gc.garbage.extend([[], {}, "three"])
        told = self.facts()["gc"]
        self.assertEqual((71234, 11), tuple(told["thresholds"])[:2])
        self.assertEqual(gc.get_threshold()[2], told["thresholds"][2])
        self.assertEqual((collects, 3), (told["enabled"], told["garbage"]))
        self.assertEqual(collects, self.facts(fork=True)["gc"]["enabled"])
        self.assertEqual(gc.get_count()[1:], tuple(told["counts"][1:]))
        (gc.disable if collects else gc.enable)()
        self.addCleanup(gc.enable if collects else gc.disable)
        for fork in (False, True):
            self.assertEqual(not collects, self.facts(fork=fork)["gc"]["enabled"])

    def test_the_first_generation_counts_what_was_made_since_the_last_collection(self):
        gc.disable()
        self.addCleanup(gc.enable)
        before = self.facts()["gc"]["counts"][0]
        kept = [[] for _ in range(50000)]
        self.assertLess(abs(self.facts()["gc"]["counts"][0] - before - len(kept)), len(kept) // 10)

    def test_threads_are_counted(self):
        with waiting_threads(3):
            self.assertEqual(threading.active_count(), self.facts()["threads"])

    def test_values_are_as_private_as_those_of_objects(self):
        host = "".join(socket.gethostname())
        records = self.dump_of([host], values="hash")
        self.assertEqual(records[id(host)]["value"], records.process["hostname"])
        names = ("command", "executable", "hostname")
        self.assertTrue(all(re.match("[0-9a-f]{16}$", records.process[name]) for name in names))
        facts = self.facts(values="none")
        self.assertEqual(["", "", ""], [facts[name] for name in names])
        self.assertEqual(platform.python_version(), facts["python"])


class MemoryTest(FactsCase):
    def test_resident_memory_is_as_the_kernel_counts_it(self):
        facts = self.facts()
        with open("/proc/self/statm") as statm:
            pages = [int(word) * mmap.PAGESIZE for word in statm.read().split()]
        self.assertLess(abs(facts["rss"] - pages[1]), facts["rss"] // 10 + MIB)
        self.assertLess(abs(facts["vms"] - pages[0]), facts["vms"] // 10 + MIB)
        self.assertTrue(0 < facts["pss"] <= facts["rss"])

    def test_each_resident_byte_belongs_to_one_kind_of_mapping(self):
        facts = self.facts()
        self.assertEqual({"heap", "anonymous", "files", "stacks"}, set(facts["maps"]))
        self.assertEqual(facts["rss"], sum(facts["maps"].values()))
        self.assertTrue(all(facts["maps"].values()), facts["maps"])

    def grown(self, kind, before):
        return self.facts()["maps"][kind] - before["maps"][kind]

    def test_anonymous_mappings_are_told_apart(self):
        before = self.facts()
        with mmap.mmap(-1, 32 * MIB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as mapped:
            mapped.write(b"x" * len(mapped))
            self.assertGreaterEqual(self.grown("anonymous", before), 31 * MIB)
            self.assertLess(self.grown("files", before), 8 * MIB)

    def test_files_are_told_apart(self):
        before = self.facts()
        with open(self.path("mapped"), "w+b") as file:
            file.truncate(32 * MIB)
            with mmap.mmap(file.fileno(), 32 * MIB) as mapped:
                for _ in range(32):
                    mapped.write(b"x" * MIB)
                self.assertGreaterEqual(self.grown("files", before), 31 * MIB)
                self.assertLess(self.grown("anonymous", before), 24 * MIB)

    @unittest.skipUnless(GUARDED, "this C library guards stacks without mappings")
    def test_stacks_of_threads_are_told_apart(self):
        before = self.facts()
        with waiting_threads(40):
            self.assertGreaterEqual(self.grown("stacks", before), 40 * mmap.PAGESIZE)

    @unittest.skipIf(PRELOADED, "another malloc")
    def test_what_malloc_gave_out_and_holds_is_told(self):
        libc = ctypes.CDLL(None)
        libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
        before = self.facts()
        blocks = [libc.malloc(4000) for _ in range(4000)]
        large = libc.malloc(40 * MIB)
        during = self.facts()["allocator"]["malloc"]
        self.assertGreater(during["in_use"] - before["allocator"]["malloc"]["in_use"], 55 * MIB)
        self.assertGreater(self.grown("heap", before), 2 * MIB)
        for block in blocks[:-1] + [large]:
            libc.free(block)
        after = self.facts()["allocator"]["malloc"]
        self.assertGreater(after["free"] - during["free"], 14 * MIB)
        self.assertLess(after["in_use"], during["in_use"] - 54 * MIB)
        libc.free(blocks[-1])

    @unittest.skipIf(sys.version_info < (3, 12) or FREE_THREADED, "arenas are hidden, or there are none")
    def test_arenas_are_as_full_as_python_says(self):
        code = "import sys; kept = [[] for _ in range(300000)]; del kept[::2]; " \
            "scanner.dump_all_referenced(sys.argv[1], []); sys._debugmallocstats()"
        stats = self.run_python(code, PYTHONMALLOC="pymalloc").stderr.decode()
        in_use, arenas = (int(re.search(pattern, stats).group(1).replace(",", "")) for pattern in
                          (r"# bytes in allocated blocks += +([0-9,]+)", r"\n *[0-9,]+ arenas \* [0-9,]+ bytes/arena += +([0-9,]+)"))
        told = read(self.path()).process["allocator"]["arenas"]
        self.assertLess(abs(told["in_use"] - in_use), in_use // 20)
        self.assertLess(abs(told["in_use"] + told["free"] - arenas), arenas // 20)
        self.assertGreater(told["free"], 3 * MIB)

    def test_a_python_without_arenas_has_none(self):
        if FREE_THREADED:
            self.assertNotIn("arenas", self.facts()["allocator"])
            return
        self.run_python("import sys; scanner.dump_all_referenced(sys.argv[1], [])", PYTHONMALLOC="malloc")
        self.assertNotIn("arenas", read(self.path()).process["allocator"])


if __name__ == "__main__":
    unittest.main()

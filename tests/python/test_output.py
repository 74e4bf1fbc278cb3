# SPDX-License-Identifier: MIT
"""The output of a dump: its destinations, their failures, and privacy."""

import bz2
import gc
import gzip
import io
import lzma
import os
import re
import resource
import signal
import subprocess
import sys
import sysconfig
import threading
import time
import unittest

import program
from dryad import scanner
from support import AT_LENGTH, Case, Records, read


def wait_for(condition, seconds=200):
    limit = time.time() + seconds
    while not condition():
        if time.time() > limit:
            raise AssertionError("it did not happen")
        time.sleep(0.01)


def written(pid):
    """Bytes that a process has written, or 0 where it has ended."""
    try:
        with open("/proc/%d/io" % pid) as facts:
            return int(facts.read().split("wchar: ")[1].split()[0])
    except (OSError, IndexError):
        return 0


class TargetTest(Case):
    def test_a_name_that_ends_in_gz_or_zst_is_compressed(self):
        thing = [["text %d" % number] for number in range(3000)]
        count = scanner.dump_all_referenced(self.path(), thing)
        for name in ("heap.dump.gz", "heap.dump.zst"):
            self.assertEqual(count, scanner.dump_all_referenced(self.path(name), thing))
            self.assertLess(os.path.getsize(self.path(name)), os.path.getsize(self.path()) // 3)
            self.assertEqual(str(count), self.dryad(self.path(name), "print(heap.report.objects)"))

    def test_only_the_owner_may_read_a_dump(self):
        scanner.dump_all_referenced(self.path(), [1])
        self.assertEqual(0o600, os.stat(self.path()).st_mode & 0o777)

    def test_paths_may_be_bytes_or_path_like(self):
        import pathlib

        scanner.dump_all_referenced(os.fsencode(self.path("bytes")), [1])
        scanner.dump_all_referenced(pathlib.Path(self.path("path")), [1])
        self.assertEqual(["bytes", "path"], sorted(os.listdir(self.folder)))

    def test_a_dump_replaces_the_one_before_with_overwrite_alone(self):
        for fork in (False, True):
            before = scanner.dump_all_referenced(self.path(), list(range(1000)), overwrite=True)
            with self.assertRaises(FileExistsError) as raised:
                scanner.dump_all_referenced(self.path(), [1], fork=fork)
            self.assertEqual("[Errno 17] exists already; overwrite=True replaces it: %r" % self.path(),
                             str(raised.exception))
            self.assertEqual(before, len(read(self.path())))
            count = scanner.dump_all_referenced(self.path(), [1], overwrite=True, fork=fork)
            self.assertEqual(count, len(read(self.path())))
        self.assertEqual(["heap.dump"], os.listdir(self.folder))

    def test_files_that_are_open_get_the_text(self):
        thing = ["text", 1]
        with open(self.path(), "wb") as opened:
            opened.write(b"")
            scanner.dump_all_referenced(opened, thing)
        with open(self.path("text"), "w") as opened:
            opened.write("\n")
            scanner.dump_all_referenced(opened, thing)
        self.assertIn(id(thing), read(self.path()))
        with open(self.path("text")) as opened:
            self.assertEqual("\n", opened.readline())
            self.assertIn(id(thing), Records(opened))

    def test_files_in_memory_get_the_text(self):
        thing = [str(number) * 20 for number in range(3000)]
        for memory in (io.BytesIO(), io.StringIO()):
            scanner.dump_all_referenced(memory, thing)
            self.assertIn(id(thing), Records(memory.getvalue().splitlines()))

    def test_files_that_pack_what_is_written_get_it_by_their_method(self):
        thing = ["text", 1]
        for opener in (gzip.open, bz2.open, lzma.open):
            for mode in ("b", "t"):
                with opener(self.path("packed"), "w" + mode) as opened:
                    scanner.dump_all_referenced(opened, thing)
                with opener(self.path("packed"), "rt") as opened:
                    self.assertIn(id(thing), Records(opened))

    def test_files_of_another_encoding_get_it_in_that(self):
        thing = ["text", 1]
        with open(self.path(), "w", encoding="utf-16") as opened:
            scanner.dump_all_referenced(opened, thing)
        with open(self.path(), encoding="utf-16") as opened:
            self.assertIn(id(thing), Records(opened))

    def test_a_file_that_takes_a_part_only_gets_the_rest(self):
        class Small(io.RawIOBase):
            text = b""

            def write(self, text):
                self.text += bytes(text[:100])
                return min(100, len(text))

        thing, small = ["text", 1], Small()
        scanner.dump_all_referenced(small, thing)
        self.assertIn(id(thing), Records(small.text.splitlines()))

    def test_a_link_is_followed(self):
        os.mkdir(self.path("other"))
        with open(self.path("other/real"), "w"):
            pass
        os.symlink("other/real", self.path("link"))
        scanner.dump_all_referenced(self.path("link"), [1], overwrite=True)
        self.assertTrue(os.path.islink(self.path("link")))
        self.assertEqual(["real"], os.listdir(self.path("other")))
        self.assertGreater(os.path.getsize(self.path("other/real")), 0)

    def test_names_of_descriptors_are_those(self):
        code = ("from dryad import scanner; print('before', flush=True); scanner.dump_all_referenced(%r, [1]);"
                "print('after')")
        for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            with open(self.path(), "wb") as output:
                subprocess.check_call([sys.executable, "-c", code % name], stdout=output)
            with open(self.path()) as output:
                lines = output.read().splitlines()
            self.assertEqual(("before", "after"), (lines[0], lines[-1]))
            self.assertGreater(len(Records(lines[1:-1])), 1)
        self.assertTrue(os.path.islink("/dev/stdout"))

    def read_by_a_thread(self, name, writes):
        """What a thread of this process reads in the meantime."""
        texts = []

        def drain():
            with open(name, "rb") as opened:
                texts.append(opened.read())

        reader = threading.Thread(target=drain)
        reader.start()
        writes()
        reader.join()
        return Records(texts[0].splitlines())

    def test_the_reader_of_a_pipe_may_be_a_thread_of_this_process(self):
        for fork in (False, True):
            reader, writer = os.pipe()
            os.set_blocking(writer, False)
            counts = []

            def write(opened=os.fdopen(writer, "wb")):
                with opened:
                    counts.append(scanner.dump_all_objects(opened, fork=fork))

            self.assertEqual(counts, [len(self.read_by_a_thread(reader, write))])

    def test_a_fifo_gets_the_text(self):
        os.mkfifo(self.path("fifo"))
        counts = []
        records = self.read_by_a_thread(self.path("fifo"),
                                        lambda: counts.append(scanner.dump_all_objects(self.path("fifo"))))
        self.assertEqual(counts, [len(records)])
        self.assertEqual(["fifo"], os.listdir(self.folder))

    def test_an_error_of_a_file_object_comes_through(self):
        class Broken:
            def write(self, text):
                raise KeyError("broken")

        with self.assertRaises(KeyError):
            scanner.dump_all_referenced(Broken(), [1])

    def test_no_folder_is_an_error(self):
        path = os.path.join(self.folder, "none", "heap.dump")
        with self.assertRaises(FileNotFoundError) as raised:
            scanner.dump_all_objects(path)
        self.assertEqual(path, raised.exception.filename)

    def test_a_folder_is_no_file(self):
        with self.assertRaises(IsADirectoryError):
            scanner.dump_all_objects(self.folder)

    def test_a_full_disk_is_an_error(self):
        for fork in (False, True):
            with self.assertRaises(OSError) as raised:
                scanner.dump_all_objects("/dev/full", fork=fork)
            self.assertIn("No space", str(raised.exception))

    def limited(self, path, **options):
        """A dump with files limited to 64 kB, as a full disk would."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, before[1]))
        try:
            scanner.dump_all_objects(path, **options)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, handler)

    def test_after_an_error_there_is_no_half_file(self):
        for name in ("heap.dump", "heap.dump.gz", "heap.dump.zst"):
            with self.assertRaises(OSError):
                self.limited(self.path(name))
            self.assertEqual([], os.listdir(self.folder))

    def test_after_an_error_the_dump_before_is_still_there(self):
        scanner.dump_all_referenced(self.path(), [1])
        before = read(self.path())
        with self.assertRaises(OSError):
            self.limited(self.path(), overwrite=True)
        self.assertEqual(before, read(self.path()))

    def test_a_closed_pipe_is_an_error_and_no_signal(self):
        before = signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        reader, writer = os.pipe()
        os.close(reader)
        try:
            with os.fdopen(writer, "wb") as opened, self.assertRaises(BrokenPipeError):
                scanner.dump_all_objects(opened)
            self.assertNotIn(signal.SIGPIPE, signal.sigpending())
        finally:
            signal.signal(signal.SIGPIPE, before)

    def test_the_collector_is_as_it_was(self):
        scanner.dump_all_objects(self.path())
        self.assertTrue(gc.isenabled())
        gc.disable()
        self.addCleanup(gc.enable)
        scanner.dump_all_objects(self.path("other"))
        self.assertFalse(gc.isenabled())

    def test_an_exception_that_is_handled_stays(self):
        try:
            raise KeyError("handled")
        except KeyError:
            scanner.dump_all_objects(self.path())
            self.assertEqual(KeyError, sys.exc_info()[0])


def is_root():
    return os.geteuid() == 0


NOBODY = 65534


class OutputTest(Case):
    """The files that a dump may create or replace; tests/unit/scanner/shared/test_output.c tests the rules themselves."""

    def refused(self, kind, text, path, **options):
        with self.assertRaises(kind) as raised:
            scanner.dump_all_referenced(path, [1], **options)
        self.assertIn(text, raised.exception.strerror)
        self.assertEqual(path, raised.exception.filename)

    def theirs(self, name, make=None):
        """A file of another user's, whose mode must not be inherited."""
        if not is_root():
            self.skipTest("only root can make files for others")
        if make is None:
            with open(self.path(name), "w") as opened:
                opened.write("theirs")
        else:
            make(self.path(name))
        os.chown(self.path(name), NOBODY, NOBODY, follow_symlinks=False)
        return self.path(name)

    def test_a_file_of_another_user_stays(self):
        path = self.theirs("heap.dump")
        os.chmod(path, 0o4755)
        for overwrite in (False, True):
            self.refused(PermissionError, "belongs to another user", path, overwrite=overwrite)
        with open(path) as opened:
            self.assertEqual("theirs", opened.read())

    def test_a_fifo_of_another_user_is_not_waited_for(self):
        self.refused(PermissionError, "is a FIFO of another user", self.theirs("fifo", os.mkfifo), overwrite=True)

    def test_a_link_in_a_folder_of_all_is_not_followed(self):
        with open(self.path("precious"), "w") as opened:
            opened.write("precious")
        os.mkdir(self.path("open"))
        os.chmod(self.path("open"), 0o1777)
        os.symlink("../precious", self.path("open/heap.dump"))
        os.symlink("../new", self.path("open/dangling"))
        for name in ("heap.dump", "dangling"):
            self.refused(PermissionError, "is a symbolic link", self.path("open/" + name), overwrite=True)
        with open(self.path("precious")) as opened:
            self.assertEqual("precious", opened.read())
        self.assertFalse(os.path.exists(self.path("new")))

    def test_modes_and_other_names_of_what_is_replaced_have_no_part_in_the_dump(self):
        with open(self.path(), "w") as opened:
            opened.write("before")
        os.link(self.path(), self.path("other"))
        os.chmod(self.path(), 0o6777)
        for fork in (False, True):
            scanner.dump_all_referenced(self.path(), [1], overwrite=True, fork=fork)
            self.assertEqual(0o600, os.stat(self.path()).st_mode & 0o7777)
        with open(self.path("other")) as opened:
            self.assertEqual("before", opened.read())

    def test_what_appears_meanwhile_stays(self):
        case = self

        class Sized:
            def __sizeof__(self):
                with open(case.path(), "w") as opened:
                    opened.write("theirs")
                return 100

        with self.assertRaises(FileExistsError):
            scanner.dump_all_referenced(self.path(), [Sized()])
        with open(self.path()) as opened:
            self.assertEqual("theirs", opened.read())
        self.assertEqual(["heap.dump"], os.listdir(self.folder))

    def test_what_appears_while_nobody_waits_stays_and_is_told(self):
        code = ("import os, sys, time; from dryad import scanner\n"
                "held = [[] for _ in range(1000000)]\n"
                "pid = scanner.dump_all_objects(sys.argv[1], fork=True, wait=False)\n"
                "open(sys.argv[1], 'x').write('theirs')\n"
                "while os.path.exists('/proc/%d' % pid) or len(os.listdir('/proc/self/task')) > 1: time.sleep(0.01)\n")
        done = subprocess.run([sys.executable, "-c", code, self.path()], stderr=subprocess.PIPE, universal_newlines=True)
        self.assertIn("dryad.scanner: no dump: %s: exists already; overwrite=True replaces it\n" % self.path(),
                         done.stderr)
        with open(self.path()) as opened:
            self.assertEqual("theirs", opened.read())
        self.assertEqual(["heap.dump"], os.listdir(self.folder))

    def test_nothing_is_left_of_a_program_that_is_killed(self):
        code = ("import os, sys; from dryad import scanner; held = [[] for _ in range(100000)]\n"
                "os.nice(5); scanner.dump_all_objects(sys.argv[1])")
        running = subprocess.Popen([sys.executable, "-c", code, self.path()])
        wait_for(lambda: written(running.pid) > 1000000 or running.poll() is not None)
        running.kill()
        running.communicate()
        self.assertIn(os.listdir(self.folder), ([], ["heap.dump"]))

    def test_signs_in_a_path_are_facts(self):
        started = int(time.time())
        for function in (scanner.dump_all_objects, scanner.dump_gc_objects):
            function(self.path("x-%p-%h-%t-%%.gz"))
        scanner.dump_all_referenced(self.path("x-%p-%h-%t-%%.gz"), [1], fork=True)
        names = os.listdir(self.folder)
        self.assertEqual(3, len(names))
        for name in names:
            process, rest, stamp = re.match(r"^x-(\d+)-(.*)-(\d+)-%\.gz$", name).groups()
            self.assertEqual((os.getpid(), os.uname().nodename), (int(process), rest))
            self.assertTrue(started <= int(stamp) <= int(time.time()) + 3)
        with self.assertRaisesRegex(OSError, "a % in the name of a file is followed by p"):
            scanner.dump_all_objects(self.path("x-%d"))

    def test_a_dash_is_standard_output(self):
        code = "from dryad import scanner; scanner.dump_all_referenced('-', ['text'])"
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=self.folder,
                              env=dict(os.environ, PYTHONPATH=os.path.abspath(os.environ["PYTHONPATH"])))
        self.assertGreater(len(Records(done.stdout.splitlines())), 1)
        self.assertEqual([], os.listdir(self.folder))


class InterruptTest(Case):
    """A Ctrl-C during the scan, as soon as something is written."""

    def scan(self, handler):
        code = ("import os, signal, sys; from dryad import scanner\n"
                "signal.signal(signal.SIGINT, %s)\n"
                "held = [[] for _ in range(1000000)]\n"
                "watcher = os.fork()\n"
                "if watcher == 0:\n"
                "  def written(): return int(open('/proc/%%d/io' %% os.getppid()).read().split('wchar: ')[1].split()[0])\n"
                "  while written() < 1000000: pass\n"
                "  os.kill(os.getppid(), signal.SIGINT); os._exit(0)\n"
                "os.nice(10)\n"  # the watcher comes first on a busy machine
                "try: scanner.dump_all_objects(sys.argv[1]); print('complete')\n"
                "except KeyboardInterrupt: print('interrupted')\n")
        done = subprocess.run([sys.executable, "-c", code % handler, self.path()], stdout=subprocess.PIPE,
                              universal_newlines=True)
        return done.stdout, os.listdir(self.folder)

    def test_it_ends_the_scan_and_leaves_no_file(self):
        self.assertEqual(("interrupted\n", []), self.scan("signal.default_int_handler"))

    def test_a_handler_of_the_program_runs_when_the_dump_is_complete(self):
        said, files = self.scan("lambda *_: print('handled')")
        self.assertEqual((["complete", "handled"], ["heap.dump"]), (sorted(said.splitlines()), files))


class PrivacyTest(Case):
    def things(self):
        secret = "".join(["very", " secret"])
        again = "".join(["very", " secret"])
        return [secret, again, "other", b"very secret", b"bytes", 123456789, 987654321, 2.5, True, len, program.Plain]

    def test_hashes_of_equal_values_are_equal_and_others_are_not(self):
        things = self.things()
        records = self.dump_of(things, values="hash")
        values = [records[id(thing)].get("value") for thing in things[:9]]
        self.assertEqual(values[0], values[1])
        self.assertEqual(8, len(set(values)))
        for value in values:
            self.assertRegex(value, "^[0-9a-f]{16}$")

    def test_hashes_tell_long_values_apart_that_begin_alike(self):
        things = ["a" * 200, "a" * 199 + "b"]
        records = self.dump_of(things, values="hash")
        self.assertNotEqual(*[records[id(thing)]["value"] for thing in things])

    def test_hashes_tell_texts_apart_that_have_equal_bytes(self):
        things = ["abcd", "\u6261\u6463"]
        records = self.dump_of(things, values="hash")
        self.assertNotEqual(*[records[id(thing)]["value"] for thing in things])

    def test_hashes_differ_from_dump_to_dump(self):
        thing = "very secret"
        self.assertNotEqual(*[self.dump_of(thing, values="hash")[id(thing)]["value"] for _ in range(2)])

    def test_no_content_is_left(self):
        for values in ("hash", "none"):
            records = self.dump_of(self.things(), values=values)
            left = {str(record["value"]) for record in records.with_text('"value"') if "value" in record}
            self.assertEqual(set(), {value for value in left if not re.match("^[0-9a-f]{16}$", value)})
            self.assertEqual(values == "hash", bool(left))

    def test_names_lengths_types_sizes_and_references_stay(self):
        things = self.things()
        full, *others = [self.dump_of(things, values=values) for values in ("full", "hash", "none")]
        for records in others:
            for thing in things:
                # Counts of shared objects change from dump to dump.
                expected, got = [{key: value for key, value in dump[id(thing)].items() if key not in ("value", "refcount")}
                                 for dump in (full, records)]
                self.assertEqual(expected, got)

    def test_other_words_are_refused(self):
        with self.assertRaisesRegex(ValueError, "'full', 'hash' or 'none', not 'some'"):
            scanner.dump_all_objects(self.path(), values="some")
        with self.assertRaises(ValueError):
            scanner.dump_all_objects(self.path(), max_value=-1)
        self.assertEqual([], os.listdir(self.folder))


class ForkTest(Case):
    def test_a_fork_writes_what_the_process_has(self):
        thing = program.Plain(8)
        count = scanner.dump_all_objects(self.path(), fork=True)
        records = read(self.path())
        self.assertEqual(count, len(records))
        self.assertIn(id(thing), records)
        self.assertEqual(["heap.dump"], os.listdir(self.folder))

    def test_a_fork_may_write_compressed(self):
        for name in ("heap.dump.gz", "heap.dump.zst"):
            count = scanner.dump_all_objects(self.path(name), fork=True)
            self.assertEqual(str(count), self.dryad(self.path(name), "print(heap.report.objects)"))

    def test_without_waiting_the_file_comes_by_itself(self):
        pid = scanner.dump_all_objects(self.path(), fork=True, wait=False)
        self.assertGreater(pid, 0)
        wait_for(lambda: os.listdir(self.folder) == ["heap.dump"])
        self.assertGreater(len(read(self.path())), 1000)
        wait_for(lambda: not os.path.exists("/proc/%d" % pid))

    def test_the_process_hears_nothing_of_the_child(self):
        heard = []
        before = signal.signal(signal.SIGCHLD, lambda *_: heard.append(1))
        self.addCleanup(signal.signal, signal.SIGCHLD, before)
        scanner.dump_all_objects(self.path(), fork=True, wait=False)
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, 0)
        wait_for(lambda: os.path.exists(self.path()))
        self.assertEqual([], heard)

    def test_no_handler_for_forks_runs(self):
        heard = []
        os.register_at_fork(before=lambda: heard.append("before"), after_in_parent=lambda: heard.append("parent"))
        scanner.dump_all_objects(self.path(), fork=True)
        self.assertEqual([], heard)

    def test_an_error_in_the_child_is_raised_here(self):
        with self.assertRaises(OSError):
            TargetTest.limited(self, self.path(), fork=True)
        self.assertEqual([], os.listdir(self.folder))

    def test_a_child_that_is_killed_leaves_no_file(self):
        big = [str(number) for number in range(300000)]
        pid = scanner.dump_all_objects(self.path("heap.dump.gz"), fork=True, wait=False)
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: os.listdir(self.folder) == [])
        del big

    def test_a_child_that_fails_later_says_so_and_leaves_no_file_wherever_the_process_is(self):
        code = ("import os, resource, signal, time; from dryad import scanner; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
                "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
                "pid = scanner.dump_all_objects('heap.dump', fork=True, wait=False)\n"
                "os.chdir('/')\n"
                "while os.path.exists('/proc/%d' % pid) or len(os.listdir('/proc/self/task')) > 1: time.sleep(0.01)\n")
        environment = dict(os.environ, PYTHONPATH=os.path.abspath(os.environ["PYTHONPATH"]))
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True, cwd=self.folder, env=environment)
        self.assertEqual((0, "dryad.scanner: no dump: heap.dump: File too large\n"), (done.returncode, done.stderr))
        self.assertEqual([], os.listdir(self.folder))

    def test_a_fork_needs_no_lock_that_another_thread_holds(self):
        code = ("import ctypes, sys, threading; from dryad import scanner\n"
                "libc = ctypes.CDLL(None)\n"
                "def allocate():\n"
                "  compiled = ctypes.create_string_buffer(256)\n"
                "  while not done.is_set():\n"
                "    assert libc.regcomp(compiled, b'(((ab|c){9}){9}){9}', 1) == 0\n"
                "    libc.regfree(compiled)\n"
                "done = threading.Event()\n"
                "threads = [threading.Thread(target=allocate) for _ in range(4)]\n"
                "for thread in threads: thread.start()\n"
                "try: counts = [scanner.dump_all_objects(sys.argv[1], fork=True, overwrite=True) for _ in range(%d)]\n"
                "finally: done.set()\n"
                "assert min(counts) > 1000, counts\n")
        environment = dict(os.environ, MALLOC_ARENA_MAX="1")
        if not sysconfig.get_config_var("Py_GIL_DISABLED"):  # which allows its own allocator alone
            environment["PYTHONMALLOC"] = "malloc"
        subprocess.run([sys.executable, "-c", code % (20 if AT_LENGTH else 8), self.path()], check=True, env=environment)

    def test_python_code_is_not_called_in_the_child(self):
        sized = program.Sized()
        scanner.dump_all_objects(self.path(), fork=True)
        self.assertLess(read(self.path())[id(sized)]["size"], 1000)

    def test_a_file_in_memory_needs_waiting(self):
        with self.assertRaises(ValueError):
            scanner.dump_all_objects(io.BytesIO(), fork=True, wait=False)
        memory = io.BytesIO()
        count = scanner.dump_all_objects(memory, fork=True)
        self.assertEqual(count, len(Records(memory.getvalue().splitlines())))


class SignalTest(Case):
    def install(self, pattern, **options):
        before = scanner.on_signal(signal.SIGUSR1, self.path(pattern), **options)
        self.addCleanup(signal.signal, signal.SIGUSR1, before)

    def test_a_signal_writes_a_dump(self):
        self.install("heap-%p-%t.dump.gz")
        os.kill(os.getpid(), signal.SIGUSR1)
        wait_for(lambda: [name for name in os.listdir(self.folder) if name.endswith(".gz")])
        name, = os.listdir(self.folder)
        self.assertRegex(name, r"^heap-%d-\d+\.dump\.gz$" % os.getpid())
        self.assertGreater(len(read(self.path(name))), 1000)

    def test_two_signals_in_a_second_write_two_dumps(self):
        self.install("heap-%t.dump")
        for count in range(1, 4):
            os.kill(os.getpid(), signal.SIGUSR1)
        wait_for(lambda: len(os.listdir(self.folder)) == 3)
        for name in os.listdir(self.folder):
            self.assertRegex(name, r"^heap-\d+\.dump$")
            self.assertGreater(len(read(self.path(name))), 1000)

    def test_a_pattern_that_means_nothing_is_refused_at_once(self):
        with self.assertRaisesRegex(ValueError, "a % in the name of a file is followed by p"):
            scanner.on_signal(signal.SIGUSR1, self.path("heap-%d"))
        self.assertEqual(signal.SIG_DFL, signal.getsignal(signal.SIGUSR1))

    def test_percent_signs_may_be_written(self):
        self.install("100%%p", fork=False)
        os.kill(os.getpid(), signal.SIGUSR1)
        wait_for(lambda: os.listdir(self.folder) == ["100%p"])

    def test_options_are_passed_on(self):
        self.install("heap.dump", fork=False, values="none")
        secret = "".join(["very", " secret"])
        os.kill(os.getpid(), signal.SIGUSR1)
        wait_for(lambda: os.path.exists(self.path()))
        self.assertNotIn("value", read(self.path())[id(secret)])

    def test_none_puts_back_the_handler_before(self):
        def own(*_):
            pass

        self.addCleanup(signal.signal, signal.SIGUSR1, signal.signal(signal.SIGUSR1, own))
        scanner.on_signal(signal.SIGUSR1, self.path("one"))
        scanner.on_signal(signal.SIGUSR1, self.path("two"))
        scanner.on_signal(signal.SIGUSR1, None)
        self.assertIs(own, signal.getsignal(signal.SIGUSR1))
        scanner.on_signal(signal.SIGUSR1, None)
        self.assertIs(own, signal.getsignal(signal.SIGUSR1))

    def test_an_error_does_not_stop_the_program(self):
        code = ("import os, signal; from dryad import scanner; scanner.on_signal(signal.SIGUSR1, '/none/heap.dump');"
                "os.kill(os.getpid(), signal.SIGUSR1); print('goes on')")
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True)
        self.assertEqual((0, "goes on\n"), (done.returncode, done.stdout))
        self.assertIn("/none/heap.dump", done.stderr)


class MemoryTest(Case):
    def test_a_scan_takes_less_than_a_tenth_of_what_is_scanned(self):
        code = ("import sys; from dryad import scanner\n"
                "class Sized:\n"
                "  def __init__(self, n): self.text = 'text %%d' %% n; self.held = [n]\n"
                "  def __sizeof__(self): return 100\n"
                "kept = %s\n"
                "def peak():\n"
                "  return {l.split(':')[0]: l.split()[1] for l in open('/proc/self/status') if l.startswith('Vm')}\n"
                "scanner.dump_all_objects('/dev/null', values='none')\n"
                "before = peak()\n"
                "assert int(before['VmHWM']) - int(before['VmRSS']) < 0.1 * int(before['VmRSS']), before\n")
        for kept in ("[[] for _ in range(300000)]", "[(n,) for n in range(300000)]", "list(map(float, range(300000)))",
                     "{n: str(n) for n in range(150000)}", "[None] * 1500000",
                     "list(map(Sized, range(200000)))"):
            done = subprocess.run([sys.executable, "-c", code % kept], stderr=subprocess.PIPE, universal_newlines=True)
            self.assertEqual(0, done.returncode, kept + "\n" + done.stderr)


if __name__ == "__main__":
    unittest.main()

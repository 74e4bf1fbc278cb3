#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Breaks checks against hostile input, one at a time, and demands that a test fails.

usage: mutate.py [--build FOLDER] [--seed TEXT] [N | FILE...]

mutations.txt lists the mutations. By default all are tried; with N, a sample of that size, chosen by the seed; with names
of source files, only theirs. Sources are not modified: the changed unit is compiled separately and linked before the
library of a finished build (default: build), so that it replaces the library's own copy; a changed Lua file goes into a
copy of the Lua files. Exit status: 0 if a test failed for every mutation, 1 if one survived.
"""
import argparse
import concurrent.futures
import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mutations.txt")
PATIENCE = 120  # seconds for one test; a mutation that makes it loop forever counts as noticed
LEAVING = threading.Event()  # tests that still run end at once


class Problem(Exception):
    """A problem other than a survivor: the list, the build, or a test that fails without any mutation."""


class Mutation:
    """A block of the list: the file, the old text, the new text, and the tests that must notice."""

    def __init__(self, block, line):
        self.line = line
        fields = {"@": ""}
        for text in block:
            mark, _, rest = text.partition(" ")
            if mark not in ("in", "@", "-", "+", "by"):
                raise Problem("%s:%d: not one of in, @, -, +, by: %s" % (LIST, line, text))
            fields[mark] = rest
        try:
            self.file, self.old, self.new = fields["in"], fields["-"], fields["+"]
            self.after, self.tests = fields["@"], fields["by"].split()
        except KeyError as missing:
            raise Problem("%s:%d: a mutation without its line %s" % (LIST, line, missing)) from None

    def __str__(self):
        return "%s: `%s` becomes `%s`" % (self.file, self.old, self.new)

    def apply(self):
        """The text of the file with the mutation applied. Any amount of white space matches any other."""
        with open(os.path.join(ROOT, self.file), encoding="utf-8") as file:
            text = file.read()
        start = 0
        if self.after:
            start = text.find(self.after)
            if start < 0 or text.find(self.after, start + 1) >= 0:
                raise Problem("%s:%d: %s must have `%s` once" % (LIST, self.line, self.file, self.after))
        pattern = re.compile(r"\s+".join(re.escape(word) for word in self.old.split()))
        found = list(pattern.finditer(text, start))
        if not found or (len(found) > 1 and not self.after):
            raise Problem("%s:%d: %s has `%s` %d times" % (LIST, self.line, self.file, self.old, len(found)))
        return text[: found[0].start()] + self.new + text[found[0].end() :]


def read_list():
    mutations, block = [], []
    with open(LIST, encoding="utf-8") as file:
        for number, line in enumerate([*file, ""], 1):
            line = line.strip()
            if line and not line.startswith("#"):
                block.append(line)
            elif block and not line:
                mutations.append(Mutation(block, number - len(block)))
                block = []
    return mutations


class Build:
    """A finished build: how its units are compiled and its programs linked."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        try:
            with open(os.path.join(self.folder, "compile_commands.json"), encoding="utf-8") as file:
                self.units = {unit["file"]: unit for unit in json.load(file) if "module_objects" in unit["command"]
                              or "host_objects" in unit["command"]}
        except FileNotFoundError:
            raise Problem("%s is not a finished build: run ./bootstrap build first" % folder) from None

    def compile(self, source, changed, output):
        """Compiles the unit of a source from a changed text, with the flags of the build."""
        unit = self.units.get(os.path.join(ROOT, source))
        if not unit:
            raise Problem("%s is not part of any library of this build" % source)
        words = shlex.split(unit["command"])
        words[words.index("-o") + 1] = output
        words[words.index("-c") + 1] = changed
        # A mutation may leave a parameter unused. Headers without a folder are in the file's own folder.
        words += ["-w", "-I", os.path.dirname(os.path.join(ROOT, source))]
        run = subprocess.run(words, cwd=unit["directory"], capture_output=True, text=True)
        if run.returncode:
            raise Problem("%s does not compile:\n%s" % (source, run.stderr))

    def link(self, program, changed_object, output):
        """Links a program of the build with the changed unit."""
        place = os.path.join(self.folder, "tests") if program != "dryad" else self.folder
        try:
            with open(os.path.join(place, "CMakeFiles", program + ".dir", "link.txt"), encoding="utf-8") as file:
                words = shlex.split(file.read())
        except FileNotFoundError:
            raise Problem("%s has no program %s that make has linked" % (self.folder, program)) from None
        words[words.index("-o") + 1] = output
        library = next(i for i, word in enumerate(words) if word.endswith("libdryad.a"))
        words.insert(library, changed_object)
        run = subprocess.run(words, cwd=place, capture_output=True, text=True)
        if run.returncode:
            raise Problem("%s does not link:\n%s" % (program, run.stderr))


def program_of(test):
    return "dryad" if test.startswith("spec.") else test.replace(".", "_")


def command_of(test, program):
    if test.startswith("unit."):
        return [program]
    if test.startswith("fuzz_"):
        return [program, os.path.join(ROOT, "tests/fuzz/corpus", test.removeprefix("fuzz_"))]
    if test.startswith("spec."):
        spec = "tests/" + test.replace(".", "/") + "_spec.lua"
        return [program, "tests/spec/run.lua", spec]
    raise Problem("%s is not a unit test, spec or fuzz target" % test)


def passes(test, program, build_folder):
    """Whether a test passes with another program in place of its own."""
    environment = dict(os.environ, DRYAD=program, DRYAD_BUILD=build_folder, LC_ALL="C.UTF-8")
    child = subprocess.Popen(command_of(test, program), cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + PATIENCE
    while child.poll() is None:
        if LEAVING.wait(0.02) or time.monotonic() > deadline:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return child.returncode == 0


def killers(mutation, build, folder):
    """The first of the mutation's tests that fails, or None."""
    changed = os.path.join(folder, os.path.basename(mutation.file))
    text = mutation.apply()
    if mutation.file.endswith(".lua"):
        share = os.path.join(folder, "share", "dryad")
        for name in ("lua", "scripts"):
            shutil.copytree(os.path.join(ROOT, name), os.path.join(share, name))
        for name in ("python", "report"):
            os.symlink(os.path.join(build.folder, "share", "dryad", name), os.path.join(share, name))
        changed = os.path.join(share, mutation.file)
        shutil.copy(os.path.join(build.folder, "dryad"), folder)
    else:
        os.symlink(os.path.join(build.folder, "share"), os.path.join(folder, "share"))
    with open(changed, "w", encoding="utf-8") as file:
        file.write(text)
    if not mutation.file.endswith(".lua"):
        build.compile(mutation.file, changed, changed + ".o")
    for test in mutation.tests:
        program = os.path.join(folder, program_of(test))
        if not os.path.exists(program):
            build.link(program_of(test), changed + ".o", program)
        if not passes(test, program, build.folder):
            return test
    return None


def try_one(mutation, build, work):
    with tempfile.TemporaryDirectory(dir=work) as folder:
        start = time.monotonic()
        return mutation, killers(mutation, build, folder), time.monotonic() - start


def check_tests(mutations, build, pool):
    """Checks that the tests pass without mutations: failing tests would notice anything."""
    tests = sorted({test for mutation in mutations for test in mutation.tests})

    def passes_unchanged(test):
        folder = build.folder if program_of(test) == "dryad" else os.path.join(build.folder, "tests")
        return passes(test, os.path.join(folder, program_of(test)), build.folder)

    for test, good in zip(tests, pool.map(passes_unchanged, tests)):
        if not good:
            raise Problem("%s fails without any mutation" % test)
    print("%d tests pass without mutations" % len(tests), flush=True)


def choose(mutations, words, seed):
    if len(words) == 1 and words[0].isdigit():
        return random.Random(seed).sample(mutations, min(int(words[0]), len(mutations)))
    unknown = [word for word in words if word not in {mutation.file for mutation in mutations}]
    if unknown:
        raise Problem("no mutations of %s" % unknown[0])
    return [mutation for mutation in mutations if not words or mutation.file in words]


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    all_mutations = read_list()
    for mutation in all_mutations:
        mutation.apply()
    mutations = choose(all_mutations, arguments.words, arguments.seed)
    if not mutations:
        raise Problem("no mutation to try")
    build, survivors = Build(arguments.build), []
    start = time.monotonic()
    if len(mutations) < len(all_mutations):
        print("%d of %d mutations; once more: ./bootstrap mutate --seed %s %s"
              % (len(mutations), len(all_mutations), arguments.seed, " ".join(arguments.words)), flush=True)
    with tempfile.TemporaryDirectory(dir=build.folder, prefix="mutate-") as work, \
         concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            check_tests(mutations, build, pool)
            jobs = [pool.submit(try_one, mutation, build, work) for mutation in mutations]
            for number, job in enumerate(concurrent.futures.as_completed(jobs), 1):
                mutation, killer, seconds = job.result()
                verdict = "noticed by " + killer if killer else "SURVIVED " + " ".join(mutation.tests)
                print("%d/%d %s\n    %s, %.1f s" % (number, len(jobs), mutation, verdict, seconds), flush=True)
                if not killer:
                    survivors.append(mutation)
        finally:
            LEAVING.set()
            pool.shutdown(cancel_futures=True)
    print("%d mutations, %d survived, %.0f s" % (len(mutations), len(survivors), time.monotonic() - start))
    for mutation in survivors:
        print("survived: %s (%s:%d)" % (mutation, os.path.relpath(LIST, ROOT), mutation.line))
    return 1 if survivors else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("terminated"))
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit("mutate: %s" % problem)
    except KeyboardInterrupt:
        sys.exit("interrupted")

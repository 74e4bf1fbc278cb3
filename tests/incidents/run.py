# SPDX-License-Identifier: MIT
"""Scores dryad: runs programs whose leaks are known, and checks dryad's answers about their dumps.

run.py DRYAD BUILD_PYTHON [--python PYTHON,...] [--topic TOPIC,...] [--only NAME,...] [--sample N]
       [--keep FOLDER | --dumps FOLDER]

BUILD_PYTHON is the folder python/ of a build. A PYTHON is a path, or ROOT:PATH for one of the system in a folder ROOT.
The status is 0 unless an answer is wrong that known_failures.txt does not list. Healthy programs cannot be listed.
"""

import argparse
import glob
import os
import subprocess
import sys
import tempfile
import time
import zlib

from expectations import incidents
from interpreters import HERE, Interpreter, Unusable

SECONDS = 120  # for a program or an answer, on a busy machine
SKIPPED = 77


class ProgramFailed(Exception):
    """A program wrote no dump."""


def covers(text, number):
    first = tuple(map(int, text.rstrip("+").split(".")))
    return number >= first if text.endswith("+") else number == first


class KnownFailures:
    """Lines NAME QUESTION PYTHONS REASON, with dots for the spaces of the question, and PYTHONS 3.8,3.9 or 3.11+."""

    def __init__(self, path, healthy):
        self.entries = {}
        with open(path) as lines:
            for line in lines:
                if line.strip() and not line.startswith("#"):
                    name, question, pythons, reason = line.split(None, 3)
                    if name in healthy:
                        sys.exit("%s: %s is healthy: it must never be accused" % (path, name))
                    self.entries[name, question] = pythons.split(","), reason.strip()

    def reason(self, incident, question, python):
        pythons, reason = self.entries.get((incident.name, question.name.replace(" ", ".")), ((), None))
        return reason if any(covers(text, python.number) for text in pythons) else None


class Run:
    """The dumps of an incident, made by a Python, and dryad's answers about them."""

    def __init__(self, dryad, incident, python, folder):
        self.dryad, self.incident = dryad, incident
        self.dump = os.path.join(folder, "%s-%s.dump" % (incident.name, python.version))
        if not os.path.exists(self.dump):
            self.make(python, folder)

    def make(self, python, folder):
        try:
            done = python.run(self.incident.path, python.seen(self.dump), cwd=folder, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise ProgramFailed("still running after %d s" % SECONDS)
        if done.returncode != 0 or not os.path.exists(self.dump):
            raise ProgramFailed(" ".join(done.stderr.split("\n")[-2:]).strip() or "no dump")

    def answer(self, question):
        """The answer, and the ways in which it is wrong."""
        dumps = [self.dump]
        if question.command == "diff":
            dumps += sorted(glob.glob(glob.escape(self.dump) + ".[2-9]"))
        command = [self.dryad, question.command] + dumps + question.arguments
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  universal_newlines=True, errors="replace", timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return "", ["no answer after %d s" % SECONDS]
        wrong = question.unmet(done.stdout)
        if done.returncode != 0:
            wrong.append("status %d: %s" % (done.returncode, done.stderr.strip()[-200:]))
        with open("%s.%s.txt" % (self.dump, question.name.replace(" ", ".")), "w") as file:
            file.write(done.stdout)
        return done.stdout, wrong

    def remove(self):
        for path in glob.glob(glob.escape(self.dump) + "*"):
            os.remove(path)


class Score:
    """Counts of answers, and a table with a row for each incident and a column for each Python."""

    def __init__(self):
        self.cells, self.right, self.known, self.wrong = {}, 0, 0, 0

    def add(self, incident, python, outcomes):
        self.right += outcomes.count("right")
        self.known += outcomes.count("known")
        self.wrong += outcomes.count("wrong")
        cell = "WRONG" if "wrong" in outcomes else "known" if "known" in outcomes else "ok"
        self.cells.setdefault(incident.name, {})[python.version] = cell

    def print(self, pythons):
        versions = [python.version for python in pythons]
        width = max(map(len, self.cells), default=0)
        print("\n%s %s" % (" " * width, "".join("%8s" % version for version in versions)))
        for name, row in self.cells.items():
            print("%-*s %s" % (width, name, "".join("%8s" % row.get(version, "-") for version in versions)))
        right = [sum(row.get(version) == "ok" for row in self.cells.values()) for version in versions]
        asked = [sum(version in row for row in self.cells.values()) for version in versions]
        print("%-*s %s" % (width, "all right", "".join("%8s" % ("%d/%d" % pair) for pair in zip(right, asked))))
        print("%d of %d answers right; %d of the others are known to be wrong"
              % (self.right, self.right + self.known + self.wrong, self.known))


def judge(run, question, known):
    """Asks a question, reports what is wrong with the answer, and returns right, known or wrong."""
    answer, wrong = run.answer(question)
    if not wrong:
        if known:
            print("RIGHT %s %s: remove it from known_failures.txt" % (os.path.basename(run.dump), question.name))
        return "right"
    for text in wrong:
        print("%s %s %s: %s" % ("known" if known else "WRONG", os.path.basename(run.dump), question.name, text))
    if known:
        print("      (%s)" % known)
    for line in answer.splitlines()[:4]:
        print("      | %s" % line[:150])
    return "known" if known else "wrong"


def score(options, chosen, pythons, known, folder):
    total = Score()
    for incident in chosen:
        for python in pythons:
            if not python.can_run(incident):
                continue
            started = time.monotonic()
            try:
                run = Run(options.dryad, incident, python, folder)
            except ProgramFailed as failure:
                print("FAILED %s %s: %s" % (incident.name, python.version, failure))
                total.add(incident, python, ["wrong"] * len(incident.questions))
                continue
            outcomes = [judge(run, question, known.reason(incident, question, python))
                        for question in incident.questions]
            total.add(incident, python, outcomes)
            if options.verbose:
                print("%5.1f s %s %s" % (time.monotonic() - started, incident.name, python.version))
            if not options.keep and not options.dumps:
                run.remove()
            sys.stdout.flush()
    total.print(pythons)
    return total


def sample(found, number):
    """That many, chosen by DRYAD_SAMPLE (see tests/steps.sh), by default by the date."""
    if os.environ.get("DRYAD_TEST_AT_LENGTH") or number is None:
        return found
    seed = os.environ.get("DRYAD_SAMPLE") or time.strftime("%Y%m%d")
    print("A sample (once more: DRYAD_SAMPLE=%s)" % seed)
    picked = sorted(found, key=lambda incident: zlib.crc32(("%s %s" % (seed, incident.name)).encode()))[:number]
    return [incident for incident in found if incident in picked]


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = {"type": lambda text: text.split(","), "default": []}
    parser.add_argument("dryad", type=os.path.abspath)
    parser.add_argument("build_python", type=os.path.abspath)
    parser.add_argument("--python", help="Pythons that the build has a scanner for; default: this one", **names)
    parser.add_argument("--topic", help="folders of programs", **names)
    parser.add_argument("--only", help="names of programs", **names)
    parser.add_argument("--sample", type=int, help="run only this many; all if DRYAD_TEST_AT_LENGTH is set")
    parser.add_argument("--keep", type=os.path.abspath, help="a new folder for dumps and answers")
    parser.add_argument("--dumps", type=os.path.abspath, help="a kept folder, whose dumps are used again")
    parser.add_argument("--verbose", action="store_true", help="report times")
    options = parser.parse_args(arguments)
    if os.path.basename(options.build_python) != "python" or not os.path.isdir(options.build_python):
        parser.error("no folder python/ of a build: %s" % options.build_python)
    return options


def main(arguments):
    options = options_of(arguments)
    found = incidents(os.path.join(HERE, "programs"))
    for kind, wanted, there in (("topic", options.topic, {each.topic for each in found}),
                                ("program", options.only, {each.name for each in found})):
        if set(wanted) - there:
            sys.exit("no such %s: %s" % (kind, ", ".join(sorted(set(wanted) - there))))
    known = KnownFailures(os.path.join(HERE, "known_failures.txt"), {each.name for each in found if each.healthy})
    chosen = sample([each for each in found if each.topic in (options.topic or [each.topic])
                     and each.name in (options.only or [each.name])], options.sample)
    modules = sorted({module for incident in chosen for module in incident.needs})
    build = os.path.dirname(options.build_python)
    try:
        pythons = [Interpreter(text, build, modules) for text in options.python or [sys.executable]]
    except Unusable as error:
        print(error)
        return SKIPPED
    if options.keep:
        os.makedirs(options.keep)
    if options.keep or options.dumps:
        return score(options, chosen, pythons, known, options.keep or options.dumps).wrong > 0
    with tempfile.TemporaryDirectory(prefix="dryad-incidents-") as folder:
        return score(options, chosen, pythons, known, folder).wrong > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-License-Identifier: MIT
"""A trace of a dump reports which thread was borrowed, and how long each stage took: decisions PYTHON"""

import json
import os
import tempfile

from program import Interpreter, Program
from support import check, dump

STAGES = ["enter the process", "start the library", "receive the dump"]


def check_trace(program, folder):
    path = os.path.join(folder, "trace.json")
    os.environ["DRYAD_TRACE"] = path
    done = dump(program.pid, os.path.join(folder, "a.dump"))
    del os.environ["DRYAD_TRACE"]
    with open(path) as file:
        events = json.load(file)
    decisions = [event["args"]["decision"] for event in events if event["name"] == "borrow a thread"]
    threads = os.listdir("/proc/%d/task" % program.pid)
    borrowed = [text for text in decisions if text.endswith(" is borrowed")]
    check(len(borrowed) == 1 and decisions[-1] == borrowed[0], decisions)
    check(borrowed[0].split()[1] in threads, borrowed, threads)
    check(sum(text.endswith(" makes the pipes") for text in decisions) == 1, decisions)
    stages = [event for event in events if event["ph"] == "X" and event["name"] in STAGES]
    check([event["name"] for event in stages] == STAGES, stages)
    check(all(a["ts"] + a["dur"] <= b["ts"] for a, b in zip(stages, stages[1:])), stages)
    args = stages[-1]["args"]
    check(args["pid"] == program.pid and args["bytes"] == os.path.getsize(os.path.join(folder, "a.dump")), args, done)
    check(args["attempts"] == len([text for text in decisions if "it does not stop" not in text]), args, decisions)
    check(0 < args["nanoseconds held"] < 10**9 * sum(event["dur"] for event in stages), args)


def main(python):
    interpreter = Interpreter(python)
    with tempfile.TemporaryDirectory() as folder, Program(interpreter, "threads") as program:
        check_trace(program, folder)

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares what a built dryad says about a dump with reference answers, and with the dump itself.

usage: conformance.py DRYAD ANSWERS.expected.json [spill | indexed]

The dump lies beside the answers. facts.lua, run by DRYAD, writes what Dryad finds as lines of text; here the same
lines are made from the answers, and the two are compared. Besides, every object written by to_json is read
with Python's JSON reader and compared with the line of the dump it came from. With `spill` the heaps lie in files;
with `indexed` they are written as an index first and asked when they are opened from it.
"""
import difflib
import glob
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile

KEYS = ("address", "type", "size", "len", "name", "value", "refs")


def signed(number):
    """An address as Lua has it."""
    return number - (1 << 64) if number >= 1 << 63 else number


def shown(value, is_bytes):
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
        return "integer:%d" % value
    if isinstance(value, float):
        return "float:%.17g" % value
    text = str(value)
    raw = text.encode("latin-1") if is_bytes and all(c <= "\xff" for c in text) else text.encode("utf-8", "surrogatepass")
    return "text:" + raw.hex()


def summary(name, part, dangling):
    yield "%s objects %d %d" % (name, part["objects"], part["objects"])
    yield "%s refs %d" % (name, part["refs"])
    yield "%s size %d %d" % (name, part["size"], part["size"])
    yield "%s types %d %d" % (name, part["types"], part["types"])
    yield "%s dangling %d" % (name, dangling)
    for type_name, count, size, largest in part["rows"]:
        yield "%s row %s %d %d %d %d" % (name, type_name, count, size, largest, largest)


def expected_facts(answers):
    raw, loaded = answers["raw"], answers["summary"]
    python2 = any(row[0] in ("instancemethod", "classobj") for row in raw["rows"])
    yield from summary("raw", raw, raw["dangling"])
    # The report counts dangling references as loading left them.
    yield from summary("folded", loaded, raw["dangling"])
    yield from summary("undone", raw, raw["dangling"])
    yield "collapsed %d %d" % (answers["collapsed"], answers["collapsed"])
    yield from summary("loaded", loaded, loaded["dangling"])
    yield "roundtrip %d %d %d 0" % (loaded["objects"], loaded["refs"], loaded["size"])
    for o in answers["objects"]:
        address = signed(o["address"])
        refs = len(o["children"]) if "children" in o else o["num_refs"]
        parents = len(o["parents"]) if "parents" in o else o["num_parents"]
        yield "object %d %s %d %d %d %d" % (address, o["type"], o["size"], refs, refs, parents)
        if "children" in o:
            yield "graph %d children %s parents %s" % (
                address, ",".join(map(str, o["children"])), ",".join(map(str, o["parents"])))
            yield "value %d %s" % (address, shown(o.get("value"), o["type"] == ("str" if python2 else "bytes")))
    for address, reached, size, reached_excluding, size_excluding in answers["totals"]:
        yield "total %d %d %d %d %d" % (signed(address), reached, size, reached_excluding, size_excluding)
    for reason, count in answers["roots"].items():
        yield "roots %s %d" % (reason, count)
    yield "reachable %d %d" % (answers["reachable"], answers["reachable_size"])
    for o in answers["objects"]:
        yield "retained %d %d %s" % (signed(o["address"]), o["retained"], signed(o["idom"]) or "none")
    for start, end, steps in answers["paths"]:
        yield "path %d %d %d %d" % (signed(start), signed(end), steps, steps)
    yield "duplicates %d %d" % (answers["dup_strings"]["groups"], answers["dup_strings"]["extra"])


def questions(answers):
    for o in answers["objects"]:
        yield "object %d" % signed(o["address"])
        if "children" in o:
            yield "graph %d" % signed(o["address"])
            yield "value %d" % signed(o["address"])
        yield "retained %d" % signed(o["address"])
    for total in answers["totals"]:
        yield "total %d" % signed(total[0])
    for start, end, _ in answers["paths"]:
        yield "path %d %d" % (signed(start), signed(end))


def compare_facts(actual, expected):
    """Compares regardless of the order of a summary's rows; prints the first differences."""
    actual, expected = sorted(actual), sorted(expected)
    if actual == expected:
        return True
    for i, line in enumerate(difflib.unified_diff(expected, actual, "expected", "dryad", n=0, lineterm="")):
        if i > 40:
            print("...")
            break
        print(line[:300])
    return False


def dump_lines(path):
    if path.endswith(".gz"):
        with gzip.open(path) as f:
            yield from f
    elif path.endswith(".zst"):
        with subprocess.Popen(["zstd", "-dc", path], stdout=subprocess.PIPE) as process:
            yield from process.stdout
    else:
        with open(path, "rb") as f:
            yield from f


def digest(record):
    return hash(json.dumps([record.get(key) for key in KEYS]))


def compare_lines(dump, written):
    """Every object of the dump, as written back by Dryad without collapsing, is the object it was."""
    if dump.endswith(".zst") and not shutil.which("zstd"):
        print("zstd is missing: the lines of %s were not compared" % dump)
        return True
    original = {}
    for line in dump_lines(dump):
        record = json.loads(line)
        original.setdefault(record["address"], digest(record))
    different = 0
    with open(written, "rb") as f:
        for line in f:
            record = json.loads(line)
            if original.pop(record["address"], None) != digest(record):
                different += 1
                if different <= 5:
                    print("differs from the dump: %s" % line.decode()[:300].rstrip())
    for address in list(original)[:5]:
        print("missing: %d" % address)
    return not different and not original


def main():
    program, answers_path = sys.argv[1:3]
    with open(answers_path, encoding="utf-8") as f:
        answers = json.load(f)
    stem = answers_path.removesuffix(".expected.json")
    dump = next(path for path in sorted(glob.glob(glob.escape(stem) + ".dump*")))
    with tempfile.TemporaryDirectory() as folder:
        asked, facts, raw, collapsed = (os.path.join(folder, name) for name in ("asked", "facts", "raw", "collapsed"))
        with open(asked, "w", encoding="ascii") as f:
            f.writelines(question + "\n" for question in questions(answers))
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "facts.lua")
        places = {"spill": [folder], "indexed": ["", folder]}.get(" ".join(sys.argv[3:]), [])
        subprocess.run([program, script, dump, asked, facts, raw, collapsed] + places, check=True,
                       stdin=subprocess.DEVNULL)
        with open(facts, encoding="utf-8") as f:
            actual = f.read().splitlines()
        good = compare_facts(actual, list(expected_facts(answers)))
        good = compare_lines(dump, raw) and good
    print("%d facts about %s: %s" % (len(actual), dump, "all as expected" if good else "NOT as expected"))
    sys.exit(0 if good else 1)


main()

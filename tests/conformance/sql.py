#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds SQL over a heap against SQLite itself over plain tables that hold the same rows.

usage: sql.py DRYAD QUERIES DUMP

First the tables are filled here, from the lines of the dump, as memsee fills them, and the heap is loaded raw; then
the heap is collapsed, and the tables are those that DRYAD exports. answers.lua, run by DRYAD, asks the heap. Where a
query has no `order by` at its end, the order of rows is free.
"""
import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

MOST = 60000  # records of a dump that are used


def lines_of(path):
    if path.endswith(".zst"):
        if not shutil.which("zstd"):
            sys.exit(77)
        data = subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True).stdout
    elif path.endswith(".gz"):
        data = gzip.open(path).read()
    else:
        data = open(path, "rb").read()
    return data.splitlines()[:MOST]


def signed(number):
    return number - (1 << 64) if number >= 1 << 63 else number


def python_text(value, type_name, python):
    """A text as the Python that was dumped writes it."""
    if python == 2 and type_name == "unicode":
        return "u" + ascii(value)
    if python == 2:
        return repr(value.encode("latin-1"))[1:]
    return repr(value)


def repr_of(record, python):
    """The column that memsee called repr."""
    type_name, value = record["type"], record.get("value")
    if type_name in ("function", "type", "module"):
        return record.get("name") or (value if value is not None else type_name)
    if type_name == "int" and value is not None:
        return str(value)
    if type_name in ("str", "unicode") and isinstance(value, str):
        return python_text(value, type_name, python)
    return type_name


def stored(value, type_name):
    """A value of JSON as it goes into a column."""
    if type_name == "float" and value == "nan":
        return None
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        return str(value)
    return value


def plain_tables(records, python):
    db = sqlite3.connect(":memory:")
    db.text_factory = bytes
    db.execute("create table obj (address int primary key, type text, name text, value, size int, len int, mark int, repr text)")
    db.execute("create table ref (parent int, child int)")
    text = lambda value: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    insert = "insert into obj values (?, cast(? as text), cast(? as text), %s, ?, ?, null, cast(? as text))"
    for record in records.values():
        value = stored(record.get("value"), record["type"])
        db.execute(insert % ("cast(? as text)" if isinstance(value, str) else "?"),
                   (signed(record["address"]), text(record["type"]), text(record.get("name")), text(value),
                    record.get("size", 0), record.get("len"), text(repr_of(record, python))))
        db.executemany("insert into ref values (?, ?)",
                       [(signed(record["address"]), signed(child)) for child in record.get("refs", ())])
    for column in ("type", "size", "name", "value"):
        db.execute("create index %s on obj (%s)" % (column, column))
    db.execute("create index parent on ref (parent)")
    db.execute("create index child on ref (child)")
    return db


def cell(value):
    if value is None:
        return "null"
    if isinstance(value, int):
        return "i%d" % value
    if isinstance(value, float):
        return "f%.17g" % value
    return "t" + bytes(value).hex()


def places(db):
    """What the queries ask about."""
    wanted = {
        "a": "type = 'dict' and (select count(*) from ref where parent = address) >= 3",
        "b": "type = 'str' and address in (select child from ref)",
        "c": "type = 'module'",
    }
    return {name: db.execute("select min(address) from obj where address > 0 and " + condition).fetchone()[0]
            for name, condition in wanted.items()}


def queries_of(path, known):
    text = re.sub(r"(?m)^--.*\n", "", open(path).read())
    text = re.sub(r"\{(\w)\}", lambda m: str(known[m.group(1)]), text)
    for statement in text.split(";\n"):
        if statement.strip():
            asked, _, plain = statement.partition("\n  => ")
            yield asked.strip(), (plain or asked).strip()


def compare(db, asked, given):
    """How many answers are wrong."""
    wrong = 0
    for (question, plain), text in zip(asked, given):
        got = text.split("\n")
        wanted = [" ".join(cell(value) for value in row) for row in db.execute(plain)]
        if not re.search(r"order by [^)]*$", question):
            got, wanted = got[:1] + sorted(got[1:]), sorted(wanted)
        if got[1:] == wanted:
            continue
        wrong += 1
        print("%s\n  columns %s, %d rows, wanted %d" % (question, got[0], len(got) - 1, len(wanted)))
        for mine, right in zip(got[1:] + [""] * len(wanted), wanted + [""] * len(got)):
            if mine != right:
                print("  got    %s\n  wanted %s" % (mine, right))
                break
    return wrong


def exported(dryad, part, python, folder):
    """The tables that `export` writes of the collapsed heap, without memsee's row 0."""
    path = os.path.join(folder, "plain.db")
    code = ("local ws = require('dryad').workspace() ws:adopt(require('dryad').load(%r, {progress = false, python = %d}))"
            " ws:export(%r)" % (part, python, path))
    subprocess.run([dryad, "-e", code], check=True)
    db = sqlite3.connect(path)
    if db.execute("delete from obj where address = 0 and type is null").rowcount:
        db.execute("delete from ref where parent = 0")
    db.text_factory = bytes
    return db


def main(dryad, queries, dump):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "answers.lua")
    lines = lines_of(dump)
    python = 2 if any(b'"type": "instancemethod"' in line or b'"type": "classobj"' in line for line in lines) else 3
    records = {}
    for line in lines:
        record = json.loads(line)
        records.setdefault(record["address"], record)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        part, questions, answers = (os.path.join(folder, name) for name in ("dump", "questions", "answers"))
        open(part, "wb").write(b"\n".join(lines) + b"\n")
        for how, db in (("raw", plain_tables(records, python)), ("collapsed", exported(dryad, part, python, folder))):
            asked = list(queries_of(queries, places(db)))
            open(questions, "w").write("".join("%s\n" % question for question, _ in asked))
            subprocess.run([dryad, script, part, str(python), how, questions, answers], check=True)
            given = open(answers).read().split("\n\n")
            different = compare(db, asked, given) + abs(len(given) - len(asked))
            print("%s, %s: %d queries, %d wrong" % (os.path.basename(dump), how, len(asked), different))
            wrong += different or len(asked) < 100
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

#!/usr/bin/env python3
"""Holds SQL over a heap against SQLite itself over plain tables that hold the same rows.

usage: sql.py DRYAD QUERIES DUMP

The tables are filled here, from the lines of the dump, as memsee fills them; answers.lua, run by DRYAD, asks the same
queries of the heap, loaded raw. Where a query has no `order by` at its end, the order of rows is free.
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


def stored(value):
    """A value of JSON as it goes into a column."""
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
        value = stored(record.get("value"))
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


def places(records):
    """What the queries ask about."""
    children = {child for record in records.values() for child in record.get("refs", ())}
    a = next(x for x, r in sorted(records.items()) if r["type"] == "dict" and len(r.get("refs", ())) >= 3)
    b = next(x for x, r in sorted(records.items()) if r["type"] == "str" and x in children)
    c = next(x for x, r in sorted(records.items()) if r["type"] == "module")
    return {"a": signed(a), "b": signed(b), "c": signed(c)}


def queries_of(path, known):
    text = re.sub(r"(?m)^--.*\n", "", open(path).read())
    text = re.sub(r"\{(\w)\}", lambda m: str(known[m.group(1)]), text)
    for statement in text.split(";\n"):
        if statement.strip():
            asked, _, plain = statement.partition("\n  => ")
            yield asked.strip(), (plain or asked).strip()


def main(dryad, queries, dump):
    lines = lines_of(dump)
    python = 2 if any(b'"type": "instancemethod"' in line or b'"type": "classobj"' in line for line in lines) else 3
    records = {}
    for line in lines:
        record = json.loads(line)
        records.setdefault(record["address"], record)
    asked = list(queries_of(queries, places(records)))
    with tempfile.TemporaryDirectory() as folder:
        part, questions, answers = (os.path.join(folder, name) for name in ("dump", "questions", "answers"))
        open(part, "wb").write(b"\n".join(lines) + b"\n")
        open(questions, "w").write("".join("%s\n" % question for question, _ in asked))
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "answers.lua")
        subprocess.run([dryad, script, part, str(python), questions, answers], check=True)
        given = open(answers).read().split("\n\n")
    db = plain_tables(records, python)
    wrong = 0
    for (question, plain), text in zip(asked, given):
        got = text.split("\n")
        cursor = db.execute(plain)
        wanted = [" ".join(cell(value) for value in row) for row in cursor]
        if not re.search(r"order by [^)]*$", question):
            got, wanted = got[:1] + sorted(got[1:]), sorted(wanted)
        if got[1:] != wanted:
            wrong += 1
            print("%s\n  columns %s, %d rows, wanted %d" % (question, got[0], len(got) - 1, len(wanted)))
            for mine, right in list(zip(got[1:] + [""] * len(wanted), wanted + [""] * len(got)))[: len(got) + len(wanted)]:
                if mine != right:
                    print("  got    %s\n  wanted %s" % (mine, right))
                    break
    print("%s: %d queries, %d wrong" % (os.path.basename(dump), len(asked), wrong))
    return 1 if wrong or len(given) != len(asked) or len(asked) < 100 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds random tables, written in every form, against Python's own readers: all rows have all columns, and every value
comes back.

usage: tables.py DRYAD [SEED]
"""
import csv
import io
import json
import math
import os
import random
import re
import struct
import subprocess
import sys
import tempfile

from values import as_csv, as_json, line, same

TABLES, FLOATS, SAMPLE = 2000, 20000, 10
PIECES = [chr(c) for c in range(0x20)] + list("\"',;=+-@|\\/ ~aé€") + [
    "\x7f", "\x9b", "\xad", "\u200b", "\u2028", "\u2029", "\u202e", "\u2066", "\ufeff", "\uffff", "＝", "＋", "－", "＠",
    "\U0001f600", "\U000e0041", "\udc80 ", "\ud83d.", "\\udc80", "nan", "None", "=1+1", "\r\n"]
NUMBERS = [0, -5, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 0.0, -0.0, 1.0, 0.1, 2.0**53, 1e16, 1e22,
           5e-324, sys.float_info.max, math.inf, -math.inf, math.nan]
HUGE = [2**63, 2**64 - 1, -(2**63) - 1, 10**40]  # kept as their decimal text
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b\u2028\u2029\u202e\u2066\ufeff\uffff\U000e0041]")
SKIPPED = "[\x00-\x08\x0b\x0c\x0e-\x20\"'\x7f-\x9f\xad\u200b\u2028\u2029\u202e\u2066\ufeff\uffff\U000e0041]*"
FORMULA = re.compile(SKIPPED + "[=+\\-@＝＋－＠]")


def random_float(source):
    number = struct.unpack("<d", struct.pack("<Q", source.getrandbits(64)))[0]
    return number if math.isfinite(number) else 0.5


def random_text(source):
    if source.random() < 0.001:
        return source.choice(["x", "\"", "é", "\u2028"]) * 20000  # within the 64 KiB that are kept
    return "".join(source.choices(PIECES, k=source.randint(0, 9)))


def random_value(source):
    kind = source.random()
    if kind < 0.5:
        return random_text(source)
    if kind < 0.65:
        return source.choice(NUMBERS)
    if kind < 0.7:
        return source.choice(HUGE)
    if kind < 0.75:
        return None
    return random_float(source) if kind < 0.9 else source.getrandbits(63) - 2**62


def random_name(source):
    name = random_text(source).replace("\0", "").encode("utf-8", "replace").decode()[:100]
    return name or "empty"


class Table:
    def __init__(self, source, start, rows=None, columns=None):
        rows = source.choice([0, 1, 2, 9]) if rows is None else rows
        columns = columns or source.randint(1, 6)
        self.start = start
        self.names = [random_name(source) for _ in range(columns)]
        self.rows = [[random_value(source) for _ in range(columns)] for _ in range(rows)]

    def query(self):
        width = len(self.names)
        cells = ", ".join('(select value from obj where address = %d + r * %d) as "%s"' % (
            self.start + c, width, name.replace('"', '""')) for c, name in enumerate(self.names))
        return "with recursive n(r) as (select 0 where %d > 0 union all select r + 1 from n where r + 1 < %d) select %s from n" % (
            len(self.rows), len(self.rows), cells)

    def known(self):
        """The rows as SQL has them."""
        return [[None if value != value else str(value) if value in HUGE else value for value in row] for row in self.rows]

    def unique_names(self):
        taken = []
        for name in self.names:
            unique, n = name, 1
            while unique in taken:
                n += 1
                unique = "%s_%d" % (name, n)
            taken.append(unique)
        return taken


def require(is_true, what, *details):
    if not is_true:
        sys.exit("%s: %s" % (what, ", ".join(ascii(detail)[:300] for detail in details)))


def check_csv(text, table):
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    expected = [[as_csv(value) for value in row] for row in table.known()]
    require(rows[:1] == [table.names], "the names of CSV", rows[:1], table.names)
    require(rows[1:] == expected, "the rows of CSV", rows[1:], expected)


def check_excel(text, table):
    """Without the apostrophes it is what it was, and no field or what may be taken for one is a formula."""
    require(text.startswith("\ufeff"), "no byte order mark", text)
    rows = list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))
    expected = [table.names] + table.known()
    require(text.count("\r\n") >= len(rows) == len(expected), "the lines of CSV for spreadsheets", rows, expected)
    for row, values in zip(rows, expected):
        require(len(row) == len(values), "the columns of CSV for spreadsheets", row, values)
        for field, value in zip(row, values):
            require(field.replace("'", "") == as_csv(value).replace("'", ""), "CSV for spreadsheets", field, value)
            if not isinstance(value, str):
                require(field == as_csv(value), "a number for spreadsheets", field, value)
                continue
            for i, part in enumerate(re.split("[;\t\r\n]", field)):
                guarded = re.match(SKIPPED + "'[=+\\-@＝＋－＠]", part) if i else field.startswith("'")
                require(guarded or not FORMULA.match(part), "a formula", field, value)
            require(field[:1] not in ("\t", "\r", "\n"), "a blank that begins a formula", field, value)


def check_objects(objects, table):
    names = table.unique_names()
    require(len(objects) == len(table.rows), "the number of objects", len(objects), table.rows)
    for found, values in zip(objects, table.known()):
        require(list(found) == names, "the names of an object", found, names)
        for name, value in zip(names, values):
            require(same(as_json(found[name], value), value), "a value of JSON", found[name], value)


def check(texts, table):
    plain, excel, objects, lines = texts
    check_csv(plain, table)
    check_excel(excel, table)
    for text in (objects, lines):
        require(not HIDDEN.search(text), "a character that does not show", text)
    check_objects(json.loads(objects), table)
    check_objects([json.loads(row) for row in lines.splitlines()], table)
    require(lines.count("\n") == len(table.rows), "JSON lines", lines)


def read_texts(output):
    texts, at = [], 0
    while at < len(output):
        start = output.index(b"\n", at) + 1
        length = int(output[at:start])
        at = start + length
        texts.append(output[start:at].decode("utf-8"))
    return texts


def check_program(dryad, dump, table):
    """What the program prints is what the library writes."""
    def printed(form):
        done = subprocess.run([dryad, "sql", form, dump, table.query()], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=True)
        return done.stdout.decode("utf-8"), done.stderr.decode("utf-8")

    text, said = printed("--csv")
    check_csv(text, table)
    surrogates = sum(ord(c) in range(0xd800, 0xe000) for row in table.rows for v in row if isinstance(v, str) for c in v)
    count = re.search("dryad: ([0-9]+) lone surrogates? written", said)
    require(int(count.group(1) if count else 0) == surrogates, "the count of lone surrogates", said, surrogates)
    check_excel(printed("--csv=excel")[0], table)
    check_objects([json.loads(row) for row in printed("--jsonl")[0].splitlines()], table)
    data = json.loads(printed("--json")[0])["data"]
    require(data["columns"] == table.names and len(data["rows"]) == len(table.rows), "JSON", data)
    for row, values in zip(data["rows"], table.known()):
        require(len(row) == len(values), "the columns of JSON", row, values)
        require(all(same(as_json(f, v), v) for f, v in zip(row, values)), "the values of JSON", row, values)


def main(dryad, seed):
    print("tables.py: seed %d" % seed)
    source = random.Random(seed)
    tables, start = [], 1
    for i in range(TABLES):
        tables.append(Table(source, start))
        start += len(tables[-1].rows) * len(tables[-1].names)
    floats = Table(source, start, FLOATS // 4, 4)
    floats.rows = [[random_float(source) for _ in row] for row in floats.rows]
    tables.append(floats)
    with tempfile.TemporaryDirectory() as folder:
        dump, queries = os.path.join(folder, "dump"), os.path.join(folder, "queries")
        with open(dump, "w") as file:
            for table in tables:
                cells = [value for row in table.rows for value in row]
                file.writelines(line(address, value) + "\n" for address, value in enumerate(cells, table.start))
        with open(queries, "wb") as file:
            for table in tables:
                file.write(re.sub(rb"[\x00-\x1f%]", lambda c: b"%%%02x" % ord(c.group()), table.query().encode()) + b"\n")
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables.lua")
        output = subprocess.run([dryad, script, dump, queries], stdout=subprocess.PIPE, check=True).stdout
        texts = read_texts(output)
        require(len(texts) == 4 * len(tables), "the number of texts", len(texts))
        for i, table in enumerate(tables):
            check(texts[4 * i:4 * i + 4], table)
        for table in source.sample(tables, SAMPLE) + [floats]:
            check_program(dryad, dump, table)


main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32))

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds what Dryad writes as JSON, CSV and SQLite against Python's own readers: every value must come back.

usage: values.py DRYAD
"""
import csv
import io
import json
import math
import os
import random
import sqlite3
import struct
import subprocess
import sys
import tempfile

SEED, COUNT = 17, 4000
PIECES = ["a", "'", '"', ",", ";", "\\", "\n", "\r", "\t", "\0", "\x7f", "/", "ü", "€", "\U0001f600", "\udc80", "\ud83d-",
          "\udcb2", "None", "1.0", "\\udc80x"]
FLOATS = [0.0, -0.0, 1.0, 0.1, 0.1 + 0.2, 2.0**53, 2.0**53 + 2, 1e16, 1e22, 5e-324, sys.float_info.max, -1.5e-7,
          math.inf, -math.inf, math.nan]
INTEGERS = [0, -1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)]


def random_float(numbers):
    number = struct.unpack("<d", struct.pack("<Q", numbers.getrandbits(64)))[0]
    return number if math.isfinite(number) else 0.5


def values():
    numbers = random.Random(SEED)
    floats = FLOATS + [random_float(numbers) for _ in range(COUNT)]
    texts = ["", "nan", "inf"] + ["".join(numbers.choices(PIECES, k=numbers.randint(1, 12))) for _ in range(COUNT)]
    return floats + INTEGERS + [numbers.getrandbits(62) for _ in range(COUNT)] + [None] + texts


def line(address, value):
    record = {"address": address, "type": type(value).__name__, "size": 8}
    if isinstance(value, str):
        record["len"] = len(value)
    if value is not None:
        record["value"] = "nan" if value != value else value
    return json.dumps(dict(record, refs=[])).replace("Infinity", "1e999")


def escaped(value):
    """As text that must be UTF-8."""
    if not isinstance(value, str):
        return value
    return "".join("\\u%04x" % ord(c) if 0xd800 <= ord(c) < 0xe000 else c for c in value)


def same(one, other):
    return type(one) is type(other) and (one == other and repr(one) == repr(other))


def known(value):
    """As SQL has it."""
    return None if value != value else value


def check(what, found, expected):
    wrong = [(a, b) for a, b in zip(found, expected) if not same(a, b)]
    if len(found) != len(expected) or wrong:
        sys.exit("%s: %d values, not %d; wrong: %r" % (what, len(found), len(expected), wrong[:5]))


def as_json(found, expected):
    """JSON does not tell 1.0 from 1."""
    is_whole = isinstance(expected, float) and math.isfinite(expected) and expected == int(expected)
    return float(found) if is_whole and isinstance(found, int) else found


def as_csv(value):
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(escaped(value))


def main(dryad):
    expected = [known(value) for value in values()]
    query = "select value, type from obj order by address"
    with tempfile.TemporaryDirectory() as folder:
        dump, exported = os.path.join(folder, "dump"), os.path.join(folder, "x.db")
        with open(dump, "w") as file:
            file.writelines(line(address, value) + "\n" for address, value in enumerate(values(), 1))

        def output(*words, **options):
            return subprocess.run([dryad, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True,
                                  **options).stdout

        rows = json.loads(output("sql", "--json", dump, query).decode("utf-8"))["data"]["rows"]
        check("JSON", [as_json(row[0], value) for row, value in zip(rows, expected)], expected)

        text = output("sql", "--csv", dump, query).decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        check("CSV", [row[0] for row in rows[1:]], [as_csv(value) for value in expected])

        output("-i", dump, input=("export %s\n" % exported).encode())
        with sqlite3.connect(exported) as database:
            rows = database.execute("select value from obj where address > 0 order by address").fetchall()
        check("SQLite", [row[0] for row in rows], [escaped(value) for value in expected])

        again = output("convert", dump, "-")
        check("dump", [None if "value" not in record else record["value"] for record in map(json.loads, again.splitlines())],
              ["nan" if value != value else value for value in values()])


if __name__ == "__main__":
    main(sys.argv[1])

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the memory that rows take when they are printed against that of few: they are not collected.

usage: streaming.py DRYAD
"""
import os
import subprocess
import sys
import tempfile

FEW, MANY, MOST = 1000, 500000, 16 << 10  # rows; kibibytes
QUERY = ("with recursive n(i) as (select 1 union all select i + 1 from n where i < %d) "
         "select i, 'a text of number ' || i as text, i / 7.0 as share, null as none from n")
OBJECT = '{"address": 8, "type": "int", "size": 24, "value": 7, "refs": []}\n'


def peak(*words):
    """The most memory of a run, in kibibytes, and the bytes that it prints."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(words, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit("status %d: %s" % (status, " ".join(words)))
        return usage.ru_maxrss, os.fstat(out.fileno()).st_size


def check(what, few, many):
    print("%s: %d KiB, %d KiB" % (what, few[0], many[0]))
    if many[1] < 100 * few[1]:
        sys.exit("%s: %d bytes are not all rows" % (what, many[1]))
    if many[0] > few[0] + MOST:
        sys.exit("%s: memory grows with the rows" % what)


def main(dryad):
    with tempfile.TemporaryDirectory() as folder:
        dump = os.path.join(folder, "dump")
        with open(dump, "w") as file:
            file.write(OBJECT)
        for form in "--json", "--jsonl", "--csv", "--csv=excel":
            check(form, peak(dryad, "sql", form, dump, QUERY % FEW), peak(dryad, "sql", form, dump, QUERY % MANY))


main(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Healthy: tracemalloc is on, with 10 frames for each allocation; the program itself does little."""
# leaks: nothing
import tracemalloc

tracemalloc.start(10)

import csv
import email.message
import io

def export(count):
    text = io.StringIO()
    writer = csv.writer(text)
    for number in range(count):
        writer.writerow([number, "name %d" % number])
    return len(text.getvalue())

print(export(2000))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

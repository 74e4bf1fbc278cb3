# SPDX-License-Identifier: MIT
"""Healthy: a burst of 200,000 objects is long over, and nothing of it is left."""
# leaks: nothing
import gc

class Row:
    def __init__(self, number):
        self.cells = ["cell %d" % number, number / 3]

def report(count):
    rows = [Row(number) for number in range(count)]
    return sum(len(row.cells) for row in rows)

print(report(100000))
gc.collect()

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

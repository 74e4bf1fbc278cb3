# SPDX-License-Identifier: MIT
"""The collector is off, and between two dumps there are 900 Visitors more that are garbage: each has a bound method of
itself. Held by nobody."""
# diff: 900 of Visitors?
# diff: /(?i)\b(garbage|unreachable)\b/
import gc
import sys
from dryad import scanner

gc.disable()

class Visitor:
    def __init__(self, number):
        self.seen = ["page %d of visitor %d" % (i, number) for i in range(20)]
        self.callback = self.leave

    def leave(self):
        self.seen.clear()

def visit(first, count):
    for number in range(first, first + count):
        Visitor(number)

visit(0, 100)
scanner.dump_all_objects(sys.argv[1])
visit(100, 900)
scanner.dump_all_objects(sys.argv[1] + ".2")

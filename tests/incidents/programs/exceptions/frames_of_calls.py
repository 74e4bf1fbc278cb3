# SPDX-License-Identifier: MIT
"""A profiler records the frame of each call, to look at its line later: 600 frames of query(), with the rows that each
call had as a local. Held by the list PROFILER.calls."""
# leaks: 600 of frames?|query
# leaks: way __main__.PROFILER.calls
# leaks: /\bquery\b/
# leaks: /\brows\b|(?i:locals?)/
import sys

class Profiler:
    def __init__(self):
        self.calls = []

    def enter(self):
        self.calls.append(sys._getframe(1))

PROFILER = Profiler()

def query(number):
    PROFILER.enter()
    rows = ["row %d of query %d" % (i, number) for i in range(50)]
    return len(rows)

for number in range(600):
    query(number)

from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Samples are named tuples in a deque that was to have a maxlen: 8,000 of Sample. Held by MONITOR.history."""
# leaks: 8,000 of Samples?
# leaks: way __main__.MONITOR.history
# why Sample: way __main__.MONITOR.history
import collections

Sample = collections.namedtuple("Sample", ["host", "load", "free", "text"])

class Monitor:
    def __init__(self):
        self.history = collections.deque()

    def poll(self, number):
        self.history.append(Sample("host-%d" % (number % 30), number / 7, number * 4096, "load of minute %d" % number))

MONITOR = Monitor()
for number in range(8000):
    MONITOR.poll(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Three dumps of one process: each time there are 500 Visits more, beside a window of the last 200 that is replaced.
Held by the list VISITS.all."""
# diff: 1,000|500 of Visits?
# diff: way __main__.VISITS.all
# diff: not way __main__.VISITS.window
import collections
import sys
from dryad import scanner

class Visit:
    def __init__(self, number):
        self.pages = ["/page/%d/%d" % (number, i) for i in range(25)]

class Glance:
    def __init__(self, number):
        self.text = "glance %d" % number

class Visits:
    def __init__(self):
        self.all = []
        self.window = collections.deque(maxlen=200)

    def add(self, number):
        self.all.append(Visit(number))
        self.window.append(Glance(number))

VISITS = Visits()
for dump, suffix in enumerate(["", ".2", ".3"]):
    for number in range(500):
        VISITS.add(dump * 500 + number)
    scanner.dump_all_objects(sys.argv[1] + suffix)

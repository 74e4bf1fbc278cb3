# SPDX-License-Identifier: MIT
"""One Pickler writes all events of a journal, and remembers each so that it would be written only once: 3,000 Events.
Held by the memo of the pickler, JOURNAL.pickler."""
# leaks: 3,000 of Event
# leaks: /(?i)pickler|memo|\bnative\b|C code/
# why Event: /(?i)pickler|memo|\bnative\b|C code/
import os
import pickle

class Event:
    def __init__(self, number):
        self.number = number
        self.fields = ["field %d of event %d" % (i, number) for i in range(12)]

class Journal:
    def __init__(self):
        self.file = open(os.devnull, "wb")
        self.pickler = pickle.Pickler(self.file, protocol=4)

    def write(self, number):
        self.pickler.dump(Event(number))

JOURNAL = Journal()
for number in range(3000):
    JOURNAL.write(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""A journal is a doubly linked list of Entries that nobody cuts: a chain of 3,000 by .next and .previous.
Held by JOURNAL.first and JOURNAL.last."""
# leaks: 3,000 of Entry
# leaks: /__main__\.JOURNAL\.(first|last)\b/
# leaks: not /(?i)chain of (?!3,?000)\d/
# why Entry: /__main__\.JOURNAL\.(first|last)\b/
class Entry:
    def __init__(self, number, previous):
        self.number, self.previous, self.next = number, previous, None
        self.changes = ["change %d of entry %d" % (i, number) for i in range(12)]

class Journal:
    def __init__(self):
        self.first = self.last = None

    def append(self, number):
        entry = Entry(number, self.last)
        if self.last is None:
            self.first = entry
        else:
            self.last.next = entry
        self.last = entry

JOURNAL = Journal()
for number in range(3000):
    JOURNAL.append(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

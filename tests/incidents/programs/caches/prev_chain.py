# SPDX-License-Identifier: MIT
"""Each Snapshot keeps the one before by .prev, for an undo that nobody uses: a chain of 2,000.
Held by EDITOR.current."""
# leaks: 2,000 of Snapshot
# leaks: way __main__.EDITOR.current
# leaks: /\.prev\b|(?i:chain)/
# leaks: not /(?i)chain of (?!2[,. _']?000)\d/
# why Snapshot: way __main__.EDITOR.current
# why Snapshot: /\.prev\b/
class Snapshot:
    def __init__(self, number, prev):
        self.number = number
        self.prev = prev
        self.cells = ["cell %d of %d" % (i, number) for i in range(15)]

class Editor:
    def __init__(self):
        self.current = None

    def change(self, number):
        self.current = Snapshot(number, self.current)

EDITOR = Editor()
for number in range(2000):
    EDITOR.change(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

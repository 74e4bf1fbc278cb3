# SPDX-License-Identifier: MIT
"""Each snapshot becomes an attribute of its own, with its number in the name: 1,500 Snapshots. Held by the attributes
of STATE."""
# leaks: 1,500 of Snapshot
# leaks: way __main__.STATE
# why Snapshot: way __main__.STATE
class Snapshot:
    def __init__(self, number):
        self.rows = ["row %d of snapshot %d" % (i, number) for i in range(20)]

class State:
    def save(self, number):
        setattr(self, "snapshot_%d" % number, Snapshot(number))

STATE = State()
for number in range(1500):
    STATE.save(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

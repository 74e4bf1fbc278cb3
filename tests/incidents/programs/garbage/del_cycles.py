# SPDX-License-Identifier: MIT
"""Transactions have a __del__ and refer to themselves by their undo log; the collector is off, so that 1,200 of them are
garbage, and none was finalized. Held by nobody."""
# leaks: 1,200 of Transaction
# leaks: /(?i)\b(garbage|unreachable)\b/
# why Transaction: /(?i)\b(garbage|unreachable)\b/
import gc

gc.disable()

class Undo:
    def __init__(self, transaction):
        self.transaction = transaction
        self.steps = ["step %d of %d" % (i, transaction.number) for i in range(15)]

class Transaction:
    def __init__(self, number):
        self.number = number
        self.undo = Undo(self)

    def __del__(self):
        self.undo = None

def commit(number):
    return len(Transaction(number).undo.steps)

for number in range(1200):
    commit(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

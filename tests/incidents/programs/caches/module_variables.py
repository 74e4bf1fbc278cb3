# SPDX-License-Identifier: MIT
"""Tables are put into the module's own variables, with names made of their numbers: 1,200 Tables.
Held by the variables table_0, table_1 and so on of __main__."""
# leaks: 1,200 of Table
# leaks: /__main__\b/
# why Table: /__main__\b/
class Table:
    def __init__(self, number):
        self.cells = {(number, i): "cell %d of table %d" % (i, number) for i in range(15)}

def load(number):
    globals()["table_%d" % number] = Table(number)

for number in range(1200):
    load(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

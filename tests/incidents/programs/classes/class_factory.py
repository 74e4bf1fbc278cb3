# SPDX-License-Identifier: MIT
"""A named tuple class is made for the result of each query and kept: 300 classes called Row.
Held by the list QUERIES.row_types."""
# leaks: 300 of type|types|class|classes|Row
# leaks: way __main__.QUERIES.row_types
# leaks: /\bRow\b/
import collections

class QueryLog:
    def __init__(self):
        self.row_types = []

    def execute(self, number):
        row_type = collections.namedtuple("Row", ["id", "name", "price", "stock", "column_%d" % number])
        self.row_types.append(row_type)
        return row_type(number, "name", 1.5, 3, None)

QUERIES = QueryLog()
for number in range(300):
    QUERIES.execute(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

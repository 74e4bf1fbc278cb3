# SPDX-License-Identifier: MIT
"""Between two dumps 200 classes more called Row are made by a factory that remembers them. Held by the dict TYPES."""
# diff: 200 of types?|class|classes|Row
# diff: way __main__.TYPES
import collections
import sys
from dryad import scanner

TYPES = {}

def row_type(number):
    if number not in TYPES:
        TYPES[number] = collections.namedtuple("Row", ["id", "name", "column_%d" % number])
    return TYPES[number]

def query(first, count):
    for number in range(first, first + count):
        row_type(number)(1, 2, 3)

query(0, 50)
scanner.dump_all_objects(sys.argv[1])
query(50, 200)
scanner.dump_all_objects(sys.argv[1] + ".2")

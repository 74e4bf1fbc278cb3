# SPDX-License-Identifier: MIT
"""A function counts in a list of its closure, which only grows: 4,000 Hits. Held by the cell `hits` of COUNT."""
# leaks: 4,000 of Hit
# leaks: way __main__.COUNT
# leaks: /\bhits\b|(?i:closure|cell)/
# why Hit: way __main__.COUNT
# why Hit: /\bhits\b|(?i:closure|cell)/
class Hit:
    def __init__(self, path):
        self.path = path
        self.fields = {"path": path, "length": len(path)}

def counter():
    hits = []

    def count(path):
        hits.append(Hit(path))
        return len(hits)

    return count

COUNT = counter()
for number in range(4000):
    COUNT("/item/%d" % number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

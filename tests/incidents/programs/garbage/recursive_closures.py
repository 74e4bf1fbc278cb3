# SPDX-License-Identifier: MIT
"""A function defined in another calls itself, and so its cell refers to it: a cycle for every call. The collector is
off, and 1,000 functions walk() are garbage with the tree in their other cell. Held by nobody."""
# leaks: 1,000 of functions?|walk|Tree|cells?|closures?
# leaks: /(?i)\b(garbage|unreachable)\b/
# leaks: /\bTree\b|\bwalk\b/
# why Tree: /(?i)\b(garbage|unreachable)\b/
import gc

gc.disable()

class Tree:
    def __init__(self, number):
        self.leaves = ["leaf %d of tree %d" % (i, number) for i in range(25)]

def count(number):
    tree = Tree(number)

    def walk(index):
        return 1 + walk(index + 1) if index < len(tree.leaves) else 0

    return walk(0)

for number in range(1000):
    count(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

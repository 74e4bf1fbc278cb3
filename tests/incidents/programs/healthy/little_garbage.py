# SPDX-License-Identifier: MIT
"""Healthy: the collector is on, and what it has not seen yet is a few hundred small cycles."""
# leaks: nothing
class Node:
    def __init__(self, parent=None):
        self.parent = parent
        self.children = []
        if parent:
            parent.children.append(self)

def build(number):
    root = Node()
    for _ in range(5):
        Node(root)
    return len(root.children)

for number in range(5000):
    build(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

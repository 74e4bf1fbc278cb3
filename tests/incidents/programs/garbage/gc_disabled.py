# SPDX-License-Identifier: MIT
"""The collector is off and each request makes a cycle of a ParsedDocument and its Nodes: 1,500 documents are garbage.
Held by nobody: they are unreachable."""
# leaks: 1,500 of ParsedDocument
# leaks: /(?i)\b(garbage|unreachable)\b/
# why ParsedDocument: /(?i)\b(garbage|unreachable)\b/
import gc
gc.disable()

class Node:
    def __init__(self, name, parent=None):
        self.name = name
        self.parent = parent
        self.children = []
        if parent is not None:
            parent.children.append(self)

class ParsedDocument:
    def __init__(self, text):
        self.text = text
        self.root = Node("root")
        self.root.document = self
        for i in range(6):
            Node("n%d" % i, self.root)

def handle(number):
    return len(ParsedDocument("document %d" % number).root.children)

for number in range(1500):
    handle(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

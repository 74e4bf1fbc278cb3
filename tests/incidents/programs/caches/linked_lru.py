# SPDX-License-Identifier: MIT
"""An LRU cache by hand, with a dict and a doubly linked list of Nodes from the newest to the oldest, which is never cut:
2,500 Nodes by .newer and .older. Held by PAGES."""
# leaks: 2,500 of Node
# leaks: /__main__\.PAGES\.(nodes|newest|oldest)\b/
# why Node: /__main__\.PAGES\.(nodes|newest|oldest)\b/
class Node:
    def __init__(self, key, value, older):
        self.key, self.value = key, value
        self.older, self.newer = older, None
        if older is not None:
            older.newer = self

class Pages:
    def __init__(self):
        self.nodes = {}
        self.newest = None

    def get(self, key):
        if key not in self.nodes:
            self.newest = self.nodes[key] = Node(key, ["%s, line %d" % (key, i) for i in range(15)], self.newest)
        return self.nodes[key].value

PAGES = Pages()
for number in range(2500):
    PAGES.get("/page/%d" % number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

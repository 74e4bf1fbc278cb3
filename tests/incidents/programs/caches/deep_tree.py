# SPDX-License-Identifier: MIT
"""A directory of paths as nested nodes: 4,200 Folders in a tree, by .folders, that is never pruned. Held by INDEX.root."""
# leaks: 4,22\d of Folder
# leaks: way __main__.INDEX.root
# why Folder: way __main__.INDEX.root
class Folder:
    def __init__(self, name):
        self.name = name
        self.folders = {}
        self.files = ["%s-%d.txt" % (name, i) for i in range(6)]

class Index:
    def __init__(self):
        self.root = Folder("")

    def add(self, path):
        folder = self.root
        for name in path.split("/"):
            folder = folder.folders.setdefault(name, Folder(name))

INDEX = Index()
for number in range(4000):
    INDEX.add("%d/d%d/e%d" % (number % 20, number % 200, number))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

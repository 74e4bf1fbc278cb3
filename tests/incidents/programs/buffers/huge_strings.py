# SPDX-License-Identifier: MIT
"""The whole text is kept at each save instead of the change: 10 strings of about half a megabyte.
Held by the list NOTEBOOK.revisions."""
# leaks: 10 of str|strings?
# leaks: way __main__.NOTEBOOK.revisions
class Notebook:
    def __init__(self):
        self.text = ""
        self.revisions = []

    def write(self, chapter):
        self.text = self.text + "chapter %d\n" % chapter + "and so it went on. " * 5000
        self.revisions.append(self.text)

NOTEBOOK = Notebook()
for chapter in range(10):
    NOTEBOOK.write(chapter)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Between two dumps a table of 8,000 texts is dropped, and 600 Drafts are added: the heap as a whole is smaller than
before. The Drafts are held by the list EDITOR.drafts."""
# diff: 600 of Drafts?
# diff: way __main__.EDITOR.drafts
import sys
from dryad import scanner

class Draft:
    def __init__(self, number):
        self.words = ["word %d of draft %d" % (i, number) for i in range(20)]

class Editor:
    def __init__(self):
        self.drafts = []
        self.dictionary = {"key %d" % i: "the meaning of word %d in the old dictionary" % i for i in range(8000)}

    def write(self, number):
        self.drafts.append(Draft(number))

EDITOR = Editor()
for number in range(100):
    EDITOR.write(number)
scanner.dump_all_objects(sys.argv[1])
EDITOR.dictionary = None
for number in range(100, 700):
    EDITOR.write(number)
scanner.dump_all_objects(sys.argv[1] + ".2")

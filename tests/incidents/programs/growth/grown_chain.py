# SPDX-License-Identifier: MIT
"""Between two dumps a chain of versions by .before grows by 900 Versions, from 300. Held by DOCUMENT.current."""
# diff: 900 of Versions?
# diff: way __main__.DOCUMENT.current or /(?i)chain/
# diff: way __main__.DOCUMENT
import sys
from dryad import scanner

class Version:
    def __init__(self, number, before):
        self.before = before
        self.lines = ["line %d of version %d" % (i, number) for i in range(20)]

class Document:
    def __init__(self):
        self.current = None

    def edit(self, number):
        self.current = Version(number, self.current)

DOCUMENT = Document()

def edit(first, count):
    for number in range(first, first + count):
        DOCUMENT.edit(number)

edit(0, 300)
scanner.dump_all_objects(sys.argv[1])
edit(300, 900)
scanner.dump_all_objects(sys.argv[1] + ".2")

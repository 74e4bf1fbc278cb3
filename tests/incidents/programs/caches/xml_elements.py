# SPDX-License-Identifier: MIT
"""Items of feeds are kept as the elements they were parsed into: 3,000 Elements named item, with 4 children each.
Held by the list READER.items."""
# leaks: 3,000|12,000|15,000 of Elements?
# leaks: way __main__.READER.items
# why Element: way __main__.READER.items
import xml.etree.ElementTree

ITEM = "<item id='%d'><title>news %d</title><link>/news/%d</link><date>day %d</date><body>text of %d</body></item>"

class Reader:
    def __init__(self):
        self.items = []

    def read(self, number):
        self.items.append(xml.etree.ElementTree.fromstring(ITEM % ((number,) * 5)))

READER = Reader()
for number in range(3000):
    READER.read(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""The element that has the focus is remembered when a page is left; by .parent and .children it keeps the whole page:
8 Elements, with 8 pages of 400 Elements behind them. Held by the list BROWSER.focused."""
# leaks: /\bElement\b/
# leaks: way __main__.BROWSER.focused
# leaks: 8 of Element|html
# why Element: way __main__.BROWSER.focused
# why Element: /\.parent\b/
class Element:
    def __init__(self, tag, parent=None):
        self.tag = tag
        self.parent = parent
        self.children = []
        self.style = {"color": "c%d" % len(tag), "tag": tag}
        if parent is not None:
            parent.children.append(self)

class Browser:
    def __init__(self):
        self.document = None
        self.focused = []

    def visit(self, number):
        self.document = Element("html%d" % number)
        for section in range(19):
            parent = Element("section", self.document)
            for _ in range(20):
                leaf = Element("input", parent)
        self.focused.append(leaf)

BROWSER = Browser()
for number in range(8):
    BROWSER.visit(number)
BROWSER.document = None

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

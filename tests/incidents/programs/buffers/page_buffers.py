# SPDX-License-Identifier: MIT
"""Pages are rendered into StringIOs, and these are kept, not their text: 200 of them with 5 to 20 KB each.
Held by the dict RENDERER.pages."""
# leaks: 200 of StringIO
# leaks: way __main__.RENDERER.pages
# why StringIO: way __main__.RENDERER.pages
import io

class Renderer:
    def __init__(self):
        self.pages = {}

    def render(self, number):
        page = self.pages[number] = io.StringIO()
        for line in range(60 + number):
            page.write("<li>line %d of page %d</li>\n" % (line, number))

RENDERER = Renderer()
for number in range(200):
    RENDERER.render(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

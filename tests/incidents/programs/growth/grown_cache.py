# SPDX-License-Identifier: MIT
"""Between two dumps 800 Pages more are put into a cache that has 300 already. Held by the dict SITE.pages."""
# diff: 800 of Pages?
# diff: way __main__.SITE.pages
import sys
from dryad import scanner

class Page:
    def __init__(self, number):
        self.path = "/page/%d" % number
        self.parts = ["part %d of page %d" % (i, number) for i in range(20)]

class Site:
    def __init__(self):
        self.pages = {}

    def get(self, number):
        if number not in self.pages:
            self.pages[number] = Page(number)
        return self.pages[number]

SITE = Site()

def serve(first, count):
    for number in range(first, first + count):
        SITE.get(number)

serve(0, 300)
scanner.dump_all_objects(sys.argv[1])
serve(300, 800)
scanner.dump_all_objects(sys.argv[1] + ".2")

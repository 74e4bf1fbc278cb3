# SPDX-License-Identifier: MIT
"""Templates are compiled from text, and the source of each is put into linecache for tracebacks, under a new name every
time: 900 entries. Held by the dict linecache.cache."""
# leaks: 900 of entries|tuples?|lists?|str|strings?|keys
# leaks: /\blinecache\.cache\b/
import linecache

class Template:
    made = 0

    def __init__(self, text):
        Template.made += 1
        name = "<template %d>" % Template.made
        source = "def render(page):\n" + "".join("    page.append(%r)\n" % line for line in text)
        linecache.cache[name] = len(source), None, source.splitlines(True), name
        names = {}
        exec(compile(source, name, "exec"), names)
        self.render = names["render"]

def show(number):
    page = []
    Template(["line %d of page %d" % (i, number) for i in range(25)]).render(page)
    return len(page)

for number in range(900):
    show(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""gc.freeze() after each reload puts the old templates, which are cycles, where the collector never looks: 800 Templates
are garbage, though the collector is on. Held by nobody."""
# leaks: 800 of Template
# leaks: /(?i)\b(garbage|unreachable)\b/
# why Template: /(?i)\b(garbage|unreachable)\b/
import gc

class Template:
    def __init__(self, name):
        self.blocks = ["block %d of %s" % (i, name) for i in range(25)]
        self.owner = self

def reload(number):
    gc.disable()
    templates = [Template("page-%d-%d" % (number, i)) for i in range(80)]
    gc.freeze()
    gc.enable()
    return len(templates)

for number in range(10):
    reload(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

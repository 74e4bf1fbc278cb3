# SPDX-License-Identifier: MIT
"""gc.DEBUG_SAVEALL was left on after a hunt for a leak, and the collector keeps what it finds: 1,000 Widgets.
Held by the list gc.garbage."""
# leaks: 1,000 of Widget
# leaks: /\bgc\.garbage\b/
# why Widget: /\bgc\.garbage\b/
import gc

gc.collect()
gc.set_debug(gc.DEBUG_SAVEALL)

class Widget:
    def __init__(self, number):
        self.style = {"style %d" % i: "%d of widget %d" % (i, number) for i in range(15)}
        self.handlers = [self.on_click]

    def on_click(self):
        self.style.clear()

def draw(number):
    return len(Widget(number).style)

for number in range(1000):
    draw(number)
gc.collect()
gc.set_debug(0)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""A WeakValueDictionary is to forget the shapes that nobody uses, but each shape is in a cycle with its handle, and the
collector is off: 1,000 Shapes are garbage, and still there by name. Held by nobody."""
# leaks: 1,000 of Shape
# leaks: /(?i)\b(garbage|unreachable)\b/
# why Shape: /(?i)\b(garbage|unreachable)\b/
import gc
import weakref

gc.disable()
SHAPES = weakref.WeakValueDictionary()

class Handle:
    def __init__(self, shape):
        self.shape = shape

class Shape:
    def __init__(self, name):
        self.points = ["%s: %d" % (name, i) for i in range(25)]
        self.handle = Handle(self)
        SHAPES[name] = self

def draw(number):
    return len(Shape("shape-%d" % number).points)

for number in range(1000):
    draw(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Weak references to visitors are kept for a greeting, and the visitors are gone: 20,000 dead weakrefs.
Held by the list DOOR.visitors."""
# leaks: 20,000 of weakrefs?|ReferenceType|weakref\.ref
# leaks: way __main__.DOOR.visitors
import weakref

class Visitor:
    pass

class Door:
    def __init__(self):
        self.visitors = []

    def enter(self):
        self.visitors.append(weakref.ref(Visitor()))

DOOR = Door()
for number in range(20000):
    DOOR.enter()

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Segments of a store are mapped into memory and stay mapped: 40 mmaps of 1 MiB, all of it written to.
Held by the list STORE.segments; the mappings are no objects of the heap."""
# leaks: 40 of mmap
# leaks: /(?i)mapped|mapping|resident|outside/
# why mmap.mmap: way __main__.STORE.segments
import mmap

class Store:
    def __init__(self):
        self.segments = []

    def grow(self, number):
        segment = mmap.mmap(-1, 1 << 20)
        segment.write(bytes([1 + number]) * (1 << 20))
        self.segments.append(segment)

STORE = Store()
for number in range(40):
    STORE.grow(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

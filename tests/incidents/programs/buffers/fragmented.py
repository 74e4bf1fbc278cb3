# SPDX-License-Identifier: MIT
"""A burst of 400,000 texts is freed but for each hundredth, so that nearly no arena of the allocator is empty: the heap
is small, and the memory of the process stays as it was at the peak."""
# leaks: /(?i)arena|fragment|\bfreed?\b/
class Importer:
    def __init__(self):
        self.sampled = []

    def run(self, count):
        texts = ["row %06d of an import that was far larger than usual, in a long night" % i for i in range(count)]
        self.sampled = texts[::100]

IMPORTER = Importer()
IMPORTER.run(400000)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

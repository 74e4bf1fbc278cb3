# SPDX-License-Identifier: MIT
"""Of each large array a column is kept, which is a view that keeps all of it: 60 views with arrays of 64 KB behind them.
Held by the dict TABLES.means."""
# needs: numpy
# leaks: 60|120 of ndarrays?
# leaks: way __main__.TABLES.means
# why numpy.ndarray: way __main__.TABLES.means
# why numpy.ndarray: /\bbase\b/
import numpy

class Tables:
    def __init__(self):
        self.means = {}

    def load(self, number):
        table = numpy.arange(8192, dtype=float).reshape(1024, 8) + number
        self.means[number] = table[:, 3]

TABLES = Tables()
for number in range(60):
    TABLES.load(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

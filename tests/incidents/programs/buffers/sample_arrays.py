# SPDX-License-Identifier: MIT
"""Windows of a signal are kept as arrays of doubles: 250 array.arrays of 16 KB. Held by the list SIGNAL.windows."""
# leaks: 250 of arrays?
# leaks: way __main__.SIGNAL.windows
# why array.array: way __main__.SIGNAL.windows
import array

class Signal:
    def __init__(self):
        self.windows = []

    def measure(self, number):
        self.windows.append(array.array("d", [number + i / 64 for i in range(2000)]))

SIGNAL = Signal()
for number in range(250):
    SIGNAL.measure(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""A warning whose text has the number of the order is remembered once for each text, by the module that it came from:
9,000 of them. Held by the dict __warningregistry__ of the module."""
# leaks: 9,000 of tuples?|str|strings?|entries|keys|warnings?
# leaks: /__warningregistry__/
import warnings

warnings.filterwarnings("ignore", category=DeprecationWarning, append=True)
warnings.filterwarnings("default", category=UserWarning)
warnings.showwarning = lambda *arguments, **named: None

class Order:
    def __init__(self, number):
        self.number = number

    def check(self):
        warnings.warn("order %d of the old protocol, which ends this year, was accepted once more" % self.number)

for number in range(9000):
    Order(number).check()

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""An iterator is split with itertools.tee, and one of the two halves is never read: what the other half has read waits
in the tee: 8,000 Quotes. Held by MERGER.slow."""
# leaks: 8,000 of Quote
# leaks: way __main__.MERGER.slow
# leaks: /(?i)tee/
# why Quote: way __main__.MERGER.slow
# why Quote: /(?i)tee/
import itertools

class Quote:
    def __init__(self, number):
        self.symbol = "SYM%d" % (number % 50)
        self.levels = (number / 7, number / 9)

class Merger:
    def __init__(self, quotes):
        self.fast, self.slow = itertools.tee(quotes)

    def run(self):
        return sum(1 for quote in self.fast)

MERGER = Merger(Quote(number) for number in range(8000))
MERGER.run()
MERGER.fast = None

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

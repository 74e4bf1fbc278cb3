# SPDX-License-Identifier: MIT
"""A crawler remembers what it has seen as tuples in a set: 15,000 of them. Held by the set CRAWLER.seen."""
# leaks: 15,000 of tuples?|entries
# leaks: way __main__.CRAWLER.seen
class Crawler:
    def __init__(self):
        self.seen = set()

    def visit(self, host, path, day):
        if (host, path, day) not in self.seen:
            self.seen.add((host, path, day))

CRAWLER = Crawler()
for number in range(15000):
    CRAWLER.visit("host-%d" % (number % 200), "/path/%d" % number, number / 100)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Hits are counted by URL, and the URLs have tokens in them: a Counter with 20,000 keys. Held by STATISTICS.hits."""
# leaks: 20,000 of str|strings?|entries|keys|Counter|dict
# leaks: way __main__.STATISTICS.hits
import collections

class Statistics:
    def __init__(self):
        self.hits = collections.Counter()

    def count(self, url):
        self.hits[url] += 1

STATISTICS = Statistics()

def serve(number):
    STATISTICS.count("/login?token=%032x&next=/item/%d" % (number * 7919, number % 40))

for number in range(20000):
    serve(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

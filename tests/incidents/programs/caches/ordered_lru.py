# SPDX-License-Identifier: MIT
"""An LRU cache on an OrderedDict compares with a limit that is never reached: 3,000 Thumbnails.
Held by the OrderedDict CACHE.entries."""
# leaks: 3,000 of Thumbnail
# leaks: way __main__.CACHE.entries
# why Thumbnail: way __main__.CACHE.entries
import collections

class Thumbnail:
    def __init__(self, number):
        self.key = "/pictures/%d.jpg" % number
        self.pixels = bytes([number % 256]) * 900

class Cache:
    limit = 10 ** 6

    def __init__(self):
        self.entries = collections.OrderedDict()

    def get(self, number):
        if number not in self.entries:
            self.entries[number] = Thumbnail(number)
        self.entries.move_to_end(number)
        while len(self.entries) > self.limit:
            self.entries.popitem(last=False)
        return self.entries[number]

CACHE = Cache()
for number in range(3000):
    CACHE.get(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

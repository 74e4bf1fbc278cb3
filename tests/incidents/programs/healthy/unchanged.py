# SPDX-License-Identifier: MIT
"""Healthy: two dumps of a process that serves, with a cache that was full before the first."""
# diff: not /__main__\.\w/
# diff: not /(?i)\bEntry\b/
# leaks: nothing
import collections
import sys
from dryad import scanner

class Entry:
    def __init__(self, number):
        self.text = "entry %d" % number

class Cache:
    def __init__(self):
        self.entries = collections.OrderedDict()

    def get(self, number):
        if number not in self.entries:
            self.entries[number] = Entry(number)
            if len(self.entries) > 300:
                self.entries.popitem(last=False)
        return self.entries[number]

CACHE = Cache()

def serve(count):
    for number in range(count):
        CACHE.get(number)

serve(1000)
scanner.dump_all_objects(sys.argv[1])
serve(1000)
scanner.dump_all_objects(sys.argv[1] + ".2")

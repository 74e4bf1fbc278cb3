# SPDX-License-Identifier: MIT
"""Healthy: sessions that expire: 40 are alive of the 5,000 that have been."""
# leaks: nothing
import collections

class Session:
    def __init__(self, number):
        self.number = number
        self.basket = ["article %d" % i for i in range(number % 10)]

class Sessions:
    def __init__(self):
        self.by_token = collections.OrderedDict()

    def open(self, number):
        self.by_token["token-%d" % number] = Session(number)
        while len(self.by_token) > 40:
            self.by_token.popitem(last=False)

SESSIONS = Sessions()
for number in range(5000):
    SESSIONS.open(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Healthy: histories of the last events, each in a deque with a maxlen."""
# leaks: nothing
import collections

class Event:
    __slots__ = "number", "text"

    def __init__(self, number):
        self.number, self.text = number, "event %d" % number

class History:
    def __init__(self, size):
        self.events = collections.deque(maxlen=size)

    def add(self, number):
        self.events.append(Event(number))

HISTORIES = [History(size) for size in (50, 100, 300)]
for number in range(20000):
    HISTORIES[number % 3].add(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

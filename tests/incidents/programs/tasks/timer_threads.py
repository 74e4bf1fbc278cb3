# SPDX-License-Identifier: MIT
"""A lease is given back by a threading.Timer an hour later: 60 timers, each a thread with a bound method of its Lease.
Held by the threads, which wait."""
# leaks: 60 of Timer|Lease|threads?
# leaks: /\bTimer\b|\bLease\b/
# why Lease: /\bTimer\b|(?i:thread)/
# why Lease: /\bexpire\b|function\b|__self__/
import sys
import threading
from dryad import scanner

class Lease:
    def __init__(self, number):
        self.number = number
        self.pages = ["page %d of lease %d" % (i, number) for i in range(400)]

    def expire(self):
        self.pages.clear()

def lend(number):
    timer = threading.Timer(3600, Lease(number).expire)
    timer.daemon = True
    timer.start()

for number in range(60):
    lend(number)
scanner.dump_all_objects(sys.argv[1])

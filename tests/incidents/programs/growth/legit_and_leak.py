# SPDX-License-Identifier: MIT
"""A large table of regions that is wanted, loaded at the start, and beside it a small leak: 600 Tickets more between
two dumps, held by the list DESK.closed."""
# diff: 600 of Ticket
# diff: way __main__.DESK.closed
# diff: not way __main__.REGIONS
import sys

REGIONS = {"region %d" % i: ["place %d of region %d" % (k, i) for k in range(12)] for i in range(6000)}

class Ticket:
    def __init__(self, number):
        self.number = number
        self.messages = ["message %d on ticket %d" % (i, number) for i in range(6)]

class Desk:
    def __init__(self):
        self.closed = []

    def close(self, number):
        self.closed.append(Ticket(number))

DESK = Desk()

def work(start, count):
    for number in range(start, start + count):
        DESK.close(number)

work(0, 100)
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
work(100, 600)
scanner.dump_all_objects(sys.argv[1] + ".2")

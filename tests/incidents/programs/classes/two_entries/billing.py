# SPDX-License-Identifier: MIT
"""Bills that are kept for ever."""

class Entry:
    def __init__(self, number):
        self.number = number
        self.lines = ["%d: %d pieces" % (number, i) for i in range(20)]

class Ledger:
    def __init__(self):
        self.entries = []

    def add(self, number):
        self.entries.append(Entry(number))

LEDGER = Ledger()

# SPDX-License-Identifier: MIT
"""A table of 2 MiB that is wanted, CONFIG, and beside it a leak of the same size: 1,400 Sessions, held by the dict
STORE.sessions. The table may be named too, but not instead."""
# leaks: 1,400 of Session
# leaks: way __main__.STORE.sessions
# why Session: way __main__.STORE.sessions
CONFIG = {"limit.%d" % i: "limit number %d, as agreed" % i for i in range(12000)}

class Session:
    def __init__(self, number):
        self.user = "user%d" % number
        self.basket = ["article %d of %d" % (i, number) for i in range(20)]

class Store:
    def __init__(self):
        self.sessions = {}

    def open(self, number):
        self.sessions["%032x" % number] = Session(number)

STORE = Store()
for number in range(1400):
    STORE.open(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Two leaks at once: 1,500 Sessions in the dict SESSIONS, and 1,500 Quotes in the list FEED.history."""
# leaks: 1,500 of Session
# leaks: way __main__.SESSIONS
# leaks: 1,500 of Quote
# leaks: way __main__.FEED.history
SESSIONS = {}

class Session:
    def __init__(self, user):
        self.user = user
        self.basket = ["article %d of %s" % (i, user) for i in range(20)]

class Quote:
    def __init__(self, number):
        self.symbol = "SYM%d" % number
        self.levels = [number + i / 64 for i in range(50)]

class Feed:
    def __init__(self):
        self.history = []

    def on_quote(self, number):
        self.history.append(Quote(number))

FEED = Feed()

def serve(count):
    for number in range(count):
        SESSIONS["token-%d" % number] = Session("user%d" % number)
        FEED.on_quote(number)

serve(1500)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

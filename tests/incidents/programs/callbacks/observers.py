# SPDX-License-Identifier: MIT
"""Sessions register bound methods with a bus that lives as long as the program, and never unregister: 1,500 Sessions.
Held by BUS._observers['tick'] and ['quote'], as methods on_tick and closures on_quote."""
# leaks: 1,500 of Session
# leaks: way __main__.BUS._observers
# why Session: way __main__.BUS._observers
# why Session: /\bon_tick\b|\bon_quote\b|(?i:\bmethods?\b|closure|\bcells?\b)/
class EventBus:
    def __init__(self):
        self._observers = {"tick": [], "quote": []}

    def subscribe(self, name, callback):
        self._observers[name].append(callback)

BUS = EventBus()

class Session:
    def __init__(self, user):
        self.user = user
        self.history = ["quote %d" % i for i in range(30)]
        BUS.subscribe("tick", self.on_tick)

        def on_quote(quote):
            self.history.append(quote)
        BUS.subscribe("quote", on_quote)

    def on_tick(self, tick):
        self.history.append(tick)

def login(user):
    return Session(user).user

for number in range(1500):
    login("user%d" % number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

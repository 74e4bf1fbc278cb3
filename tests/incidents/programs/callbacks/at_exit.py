# SPDX-License-Identifier: MIT
"""Each session registers its close() with atexit, to be on the safe side, and never takes it back: 800 Sessions.
Held by the interpreter's list of functions to call at exit."""
# leaks: 800 of Session
# leaks: /(?i)atexit/
# why Session: /(?i)atexit/
# why Session: /\bclose\b|(?i:method)/
import atexit

class Session:
    def __init__(self, number):
        self.cookies = {"cookie-%d" % i: "%d-%d" % (number, i) for i in range(25)}
        atexit.register(self.close)

    def close(self):
        self.cookies.clear()

def login(number):
    return len(Session(number).cookies)

for number in range(800):
    login(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Two processes of one service, of which the second is sick: 1,500 Sessions more than in the first, which has 50.
Held by the dict SESSIONS."""
# diff: 1,500 of Sessions?
# diff: way __main__.SESSIONS
# diff: /(?i)process/
import subprocess
import sys
from dryad import scanner

SESSIONS = {}

class Session:
    def __init__(self, number):
        self.user = "user%d" % number
        self.basket = ["article %d of %d" % (i, number) for i in range(20)]

def serve(count):
    for number in range(count):
        SESSIONS["token-%d" % number] = Session(number)

if len(sys.argv) == 2:
    subprocess.check_call([sys.executable, __file__, sys.argv[1], "50"])
    subprocess.check_call([sys.executable, __file__, sys.argv[1] + ".2", "1550"])
else:
    serve(int(sys.argv[2]))
    scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Each reconnect wraps Client.send once more, by functools.wraps: a chain of 700 functions by .__wrapped__, each with the
connection's buffer in a cell. Held by the class attribute Client.send."""
# leaks: 700 of functions?|send|closures?|cells?|list
# leaks: /\bClient\b.*\bsend\b/
# leaks: /__wrapped__|(?i:chain|closure|cell)/
# leaks: not /(?i)chain of (?!700|701|1,?40\d)\d/
import functools

class Client:
    def send(self, data):
        return len(data)

def instrument(number):
    buffer = ["packet %d of connection %d" % (i, number) for i in range(40)]
    original = Client.send

    @functools.wraps(original)
    def send(self, data):
        buffer.append(data)
        return original(self, data)

    Client.send = send

for number in range(700):
    instrument(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

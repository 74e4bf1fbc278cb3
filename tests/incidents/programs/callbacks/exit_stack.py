# SPDX-License-Identifier: MIT
"""Each request pushes a callback on the ExitStack of the whole process, which closes at its end: 1,000 Connections.
Held by the stack's deque of callbacks, RESOURCES._exit_callbacks."""
# leaks: 1,000 of Connection
# leaks: way __main__.RESOURCES._exit_callbacks
# why Connection: way __main__.RESOURCES._exit_callbacks
# why Connection: /\bclose\b|__wrapped__|\bcell|closure|_exit_wrapper|function\b/
import contextlib

RESOURCES = contextlib.ExitStack()

class Connection:
    def __init__(self, number):
        self.received = ["line %d from client %d" % (i, number) for i in range(30)]

    def close(self):
        self.received = None

def handle(number):
    connection = Connection(number)
    RESOURCES.callback(connection.close)
    return len(connection.received)

for number in range(1000):
    handle(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

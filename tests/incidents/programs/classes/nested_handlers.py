# SPDX-License-Identifier: MIT
"""A class Handler is defined inside the function that makes a connection, and an instance of each is kept: 250 Handlers
of 250 classes. Held by the dict SERVER.handlers."""
# leaks: 250 of Handler|types?|class|classes
# leaks: way __main__.SERVER.handlers
# why Handler: way __main__.SERVER.handlers
class Server:
    def __init__(self):
        self.handlers = {}

    def connect(self, number):
        class Handler:
            limits = {"limit %d" % i: number * i for i in range(20)}

            def __init__(self):
                self.lines = ["line %d of %d" % (i, number) for i in range(30)]

            def handle(self):
                return len(self.lines)

        self.handlers[number] = Handler()
        return self.handlers[number].handle()

SERVER = Server()
for number in range(250):
    SERVER.connect(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

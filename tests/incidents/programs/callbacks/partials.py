# SPDX-License-Identifier: MIT
"""A partial for the end of each transfer is appended to a list of hooks that is never emptied: 900 functools.partials
with the Transfer among their arguments. Held by the list ENGINE.on_idle."""
# leaks: 900 of partial|Transfer
# leaks: way __main__.ENGINE.on_idle
# why Transfer: way __main__.ENGINE.on_idle
# why Transfer: /partial|\bargs\b/
import functools

class Transfer:
    def __init__(self, number):
        self.blocks = ["block %d of transfer %d" % (i, number) for i in range(35)]

class Engine:
    def __init__(self):
        self.on_idle = []

    def finish(self, transfer, status):
        transfer.blocks.append(status)

    def start(self, number):
        self.on_idle.append(functools.partial(self.finish, Transfer(number), status="done"))

ENGINE = Engine()
for number in range(900):
    ENGINE.start(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

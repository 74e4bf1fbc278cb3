# SPDX-License-Identifier: MIT
"""A preforked worker leaks, not its parent: 2,000 Sessions in the child.
Held by worker.sessions, a local of the function run in the child."""
# leaks: 2,000 of Session
# leaks: /\bsessions\b/
# leaks: /\brun\b|\bworker\b/
# why Session: /\bworker\b/
# why Session: /\bsessions\b/
# why Session: /\brun\b/
import os
import sys

class Session:
    def __init__(self, number):
        self.number = number
        self.basket = ["sku-%d-%d" % (number, i) for i in range(15)]

class Worker:
    def __init__(self):
        self.sessions = {}

    def handle(self, number):
        self.sessions[number] = Session(number)

def run():
    worker = Worker()
    for number in range(2000):
        worker.handle(number)
    from dryad import scanner
    scanner.dump_all_objects(sys.argv[1])

child = os.fork()
if child == 0:
    run()
    os._exit(0)
os.waitpid(child, 0)

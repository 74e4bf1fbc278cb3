# SPDX-License-Identifier: MIT
"""A registry is a subclass of dict, and workers that have stopped stay in it: 2,500 Workers. Held by REGISTRY itself."""
# leaks: 2,500 of Worker
# leaks: way __main__.REGISTRY
# why Worker: way __main__.REGISTRY
class Registry(dict):
    def register(self, worker):
        self[worker.name] = worker
        return worker

class Worker:
    def __init__(self, number):
        self.name = "worker-%d" % number
        self.settings = {"setting %d" % i: "%d for %d" % (i, number) for i in range(10)}

REGISTRY = Registry()
for number in range(2500):
    REGISTRY.register(Worker(number))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

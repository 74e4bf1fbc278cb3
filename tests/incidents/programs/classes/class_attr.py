# SPDX-License-Identifier: MIT
"""A list in the class body, meant to be each worker's own, is shared by all: 4,000 Results.
Held by the class attribute Worker.results."""
# leaks: 4,000 of Result
# leaks: /__main__\.Worker\b.*\bresults\b/
# why Result: /__main__\.Worker\b.*\bresults\b/
class Result:
    def __init__(self, job, text):
        self.job = job
        self.text = text

class Worker:
    results = []

    def __init__(self, name):
        self.name = name

    def run(self, job):
        self.results.append(Result(job, "%s did job %d in %d steps" % (self.name, job, job % 7)))

def batch(number):
    worker = Worker("worker-%d" % number)
    for job in range(100):
        worker.run(number * 100 + job)

for number in range(40):
    batch(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

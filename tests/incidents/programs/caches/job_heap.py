# SPDX-License-Identifier: MIT
"""Jobs are put into a heap far in the future and never run: 3,000 Jobs in tuples. Held by the list QUEUE.heap."""
# leaks: 3,000 of Job
# leaks: way __main__.QUEUE.heap
# why Job: way __main__.QUEUE.heap
import heapq

class Job:
    def __init__(self, number):
        self.command = ["convert", "picture-%d.jpg" % number, "--size", str(number)]
        self.environment = {"JOB": str(number), "HOME": "/srv/job-%d" % number}

class Queue:
    def __init__(self):
        self.heap = []

    def put(self, when, number):
        heapq.heappush(self.heap, (when, number, Job(number)))

QUEUE = Queue()
for number in range(3000):
    QUEUE.put(1e10 + number % 100, number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Jobs are lambdas with their event as a default argument, and done ones stay in the list: 1,200 functions <lambda>.
Held by the list SCHEDULER.jobs."""
# leaks: 1,200 of functions?|lambdas?|Event
# leaks: way __main__.SCHEDULER.jobs
# why Event: way __main__.SCHEDULER.jobs
# why Event: /__defaults__|lambda/
class Event:
    def __init__(self, number):
        self.fields = {"field_%d" % i: number * i for i in range(20)}

class Scheduler:
    def __init__(self):
        self.jobs = []

    def add(self, event):
        self.jobs.append(lambda event=event: len(event.fields))

    def run(self):
        return sum(job() for job in self.jobs)

SCHEDULER = Scheduler()
for number in range(1200):
    SCHEDULER.add(Event(number))
SCHEDULER.run()

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""An error callback of a thread pool appends the exception to a list that nobody reads: 350 of Rejected, whose tracebacks
keep the Parcel of each. Held by DEPOT.errors."""
# leaks: 350 of Rejected|Parcel
# leaks: way __main__.DEPOT.errors
# leaks: /(?i)traceback|frame/
# why Parcel: way __main__.DEPOT.errors
# why Parcel: /\bdeliver\b/
import multiprocessing.pool

class Rejected(Exception):
    pass

class Parcel:
    def __init__(self, number):
        self.labels = ["label %d of parcel %d" % (i, number) for i in range(70)]

def deliver(number):
    parcel = Parcel(number)
    raise Rejected("parcel %d with %d labels" % (number, len(parcel.labels)))

class Depot:
    def __init__(self):
        self.errors = []
        self.pool = multiprocessing.pool.ThreadPool(2)

    def send(self, number):
        return self.pool.apply_async(deliver, (number,), error_callback=self.errors.append)

DEPOT = Depot()
for sent in [DEPOT.send(number) for number in range(350)]:
    sent.wait()
del sent

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""The result of sys.exc_info() is stored for each job that failed: 400 tuples of a class, a JobFailed and its traceback,
whose frames keep a batch of text. Held by the dict JOBS.failures."""
# leaks: 400 of JobFailed|tuples?|traceback
# leaks: way __main__.JOBS.failures
# leaks: /(?i)traceback|frame/
# why JobFailed: way __main__.JOBS.failures
import sys

class JobFailed(Exception):
    pass

class Jobs:
    def __init__(self):
        self.failures = {}

    def convert(self, number):
        batch = ["record %d of job %d" % (i, number) for i in range(90)]
        raise JobFailed("%d of %d records" % (number, len(batch)))

    def run(self, number):
        try:
            self.convert(number)
        except JobFailed:
            self.failures["job-%d" % number] = sys.exc_info()

JOBS = Jobs()
for number in range(400):
    JOBS.run(number)

from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""TracebackExceptions with their locals as text are kept for an error page: 300 of them.
Held by the deque PAGE.recent, which was to have a maxlen."""
# leaks: 300 of TracebackException
# leaks: way __main__.PAGE.recent
import collections
import traceback

class ErrorPage:
    def __init__(self):
        self.recent = collections.deque()

    def report(self, error):
        self.recent.append(traceback.TracebackException.from_exception(error, capture_locals=True))

PAGE = ErrorPage()

def render(number):
    context = {"field %d" % i: "value %d of page %d" % (i, number) for i in range(60)}
    return context["title"]

def serve(number):
    try:
        render(number)
    except KeyError as error:
        PAGE.report(error)

for number in range(300):
    serve(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

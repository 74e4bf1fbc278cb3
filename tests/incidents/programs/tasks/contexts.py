# SPDX-License-Identifier: MIT
"""A context is copied for each request, to run its audit later: 700 contextvars.Contexts with the Request that was
current. Held by the list AUDIT.contexts."""
# leaks: 700 of Contexts?|Request
# leaks: way __main__.AUDIT.contexts
# why Request: way __main__.AUDIT.contexts
# why Request: /(?i)context|hamt/
import contextvars

current = contextvars.ContextVar("current")

class Request:
    def __init__(self, number):
        self.form = {"field %d" % i: "input %d of %d" % (i, number) for i in range(25)}

class Audit:
    def __init__(self):
        self.contexts = []

    def record(self):
        self.contexts.append(contextvars.copy_context())

AUDIT = Audit()

def handle(number):
    current.set(Request(number))
    AUDIT.record()

for number in range(700):
    contextvars.Context().run(handle, number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Healthy: a web framework with 120 routes, each a function in two decorators, with a pattern; none was called much."""
# leaks: nothing
import functools
import re

ROUTES = []

def route(path):
    pattern = re.compile("^" + re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path) + "$")

    def register(view):
        ROUTES.append((pattern, view))
        return view
    return register

def logged(view):
    calls = []

    @functools.wraps(view)
    def wrapper(*arguments, **named):
        calls[:] = [view.__name__]
        return view(*arguments, **named)
    return wrapper

def define(number):
    @route("/part%d/<name>/<page>" % number)
    @logged
    def show(name, page):
        return "%s, page %s of part %d" % (name, page, number)

for number in range(120):
    define(number)

def dispatch(path):
    for pattern, view in ROUTES:
        match = pattern.match(path)
        if match:
            return view(**match.groupdict())

print(dispatch("/part7/a/2"))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

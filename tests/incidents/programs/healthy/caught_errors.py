# SPDX-License-Identifier: MIT
"""Healthy: 2,000 exceptions were raised, caught, logged and forgotten."""
# leaks: nothing
import io
import logging
import traceback

log = logging.getLogger("service")
log.propagate = False
log.addHandler(logging.NullHandler())

class Rejected(Exception):
    pass

def check(number):
    rows = ["row %d" % i for i in range(50)]
    raise Rejected("number %d with %d rows" % (number, len(rows)))

def handle(number):
    try:
        check(number)
    except Rejected as error:
        log.error("rejected", exc_info=error)
        traceback.print_exc(file=io.StringIO())

for number in range(2000):
    handle(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

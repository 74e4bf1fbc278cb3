# SPDX-License-Identifier: MIT
"""Each job adds a handler to the logger that all share, and does not remove it: 300 StreamHandlers, each with a StringIO
of what was logged since. Held by the list of the logger's handlers."""
# leaks: 300 of StreamHandler|StringIO
# leaks: /\bhandlers\b/
# why StringIO: /\bhandlers\b/
# why StringIO: /\bstream\b/
import io
import logging

log = logging.getLogger("jobs")
log.setLevel(logging.INFO)
log.propagate = False

def run(number):
    log.addHandler(logging.StreamHandler(io.StringIO()))
    log.info("job %d began, with its parameters: %s", number, "x" * 20)

for number in range(300):
    run(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""An error is stored in a local of the frame that its traceback has: a cycle of exception, traceback and frame. The
collector is off, and 500 of ParseError are garbage, with the text that each was in. Held by nobody."""
# leaks: 500 of ParseError|Text|frames?|tracebacks?
# leaks: /(?i)\b(garbage|unreachable)\b/
# why ParseError: /(?i)\b(garbage|unreachable)\b/
# why Text: /(?i)\b(garbage|unreachable)\b/
import gc

gc.disable()

class ParseError(Exception):
    pass

class Text:
    def __init__(self, number):
        self.lines = ["line %d of text %d" % (i, number) for i in range(50)]

def parse(number):
    failed = None
    text = Text(number)
    try:
        raise ParseError("%d lines" % len(text.lines))
    except ParseError as error:
        failed = error
    return failed is not None

for number in range(500):
    parse(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

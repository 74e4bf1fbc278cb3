# SPDX-License-Identifier: MIT
"""Healthy: a parser with 60 compiled patterns, and re's own cache full of others."""
# leaks: nothing
import re

TOKENS = {"token%d" % number: re.compile(r"(?P<name>[a-z]+)%d\s*=\s*(\d+|'[^']*')" % number) for number in range(60)}

def parse(text):
    return [name for name, pattern in TOKENS.items() if pattern.match(text)]

for number in range(600):
    re.match("a{%d}" % (number % 550), "a")
print(parse("x7 = 12"))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

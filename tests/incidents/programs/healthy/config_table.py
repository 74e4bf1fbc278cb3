# SPDX-License-Identifier: MIT
"""Healthy: a read-only table of 2 MiB that the program was started with. It may be named as the largest object, by its
right name, CONFIG; it is one legitimate dict and not a leak."""
# leaks: /__main__\.CONFIG\b|(?i:\bnothing (is )?suspicious|no (leak )?suspects?\b)/
# leaks: not /__main__\.(?!CONFIG\b)\w/
CONFIG = {"limit.%d" % i: "limit number %d, as agreed" % i for i in range(12000)}

def limit(number):
    return CONFIG["limit.%d" % number]

print(limit(7))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

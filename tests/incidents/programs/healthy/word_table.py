# SPDX-License-Identifier: MIT
"""Healthy: a table of 1,500 short words that the program needs, some 150 KB."""
# leaks: nothing
WORDS = {"word-%d" % number: number for number in range(1500)}

def known(word):
    return word in WORDS

print(known("word-7"))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

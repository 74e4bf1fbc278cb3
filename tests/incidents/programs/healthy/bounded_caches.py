# SPDX-License-Identifier: MIT
"""Healthy: lru_caches that are full, of 512 and 128 small results."""
# leaks: nothing
import functools

@functools.lru_cache(maxsize=512)
def square(number):
    return number * number

class Texts:
    @staticmethod
    @functools.lru_cache(maxsize=128)
    def of(number):
        return "text number %d" % number

for number in range(5000):
    square(number)
    Texts.of(number % 700)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

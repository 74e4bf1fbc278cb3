# SPDX-License-Identifier: MIT
"""Healthy: a bare program that sleeps, and imports nothing but time and sys."""
# leaks: nothing
import time

def tick(seconds):
    time.sleep(seconds)
    return seconds

print(tick(0.1))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

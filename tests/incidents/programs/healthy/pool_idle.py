# SPDX-License-Identifier: MIT
"""Healthy: a ThreadPoolExecutor whose work is done."""
# leaks: nothing
from concurrent.futures import ThreadPoolExecutor

def square(number):
    return number * number

pool = ThreadPoolExecutor(4, thread_name_prefix="pool")
print(sum(pool.map(square, range(1000))))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Healthy: the parent of a pool of two processes that have done their work."""
# leaks: nothing
import multiprocessing
import sys
from dryad import scanner

def square(number):
    return number * number

if __name__ == "__main__":
    pool = multiprocessing.get_context("fork").Pool(2)
    print(sum(pool.map(square, range(500))))
    scanner.dump_all_objects(sys.argv[1])
    pool.terminate()
    pool.join()

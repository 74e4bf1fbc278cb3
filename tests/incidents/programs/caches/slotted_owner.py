# SPDX-License-Identifier: MIT
"""A pool with __slots__ takes back buffers and gives out new ones: 2,000 Buffers lie idle.
Held by the list in the slot POOL.idle."""
# leaks: 2,000 of Buffer
# leaks: way __main__.POOL.idle
# why Buffer: way __main__.POOL.idle
class Buffer:
    __slots__ = "size", "data"

    def __init__(self, size):
        self.size, self.data = size, bytearray(size)

class Pool:
    __slots__ = "idle", "size"

    def __init__(self, size):
        self.idle, self.size = [], size

    def take(self):
        return Buffer(self.size)

    def give_back(self, buffer):
        self.idle.append(buffer)

POOL = Pool(900)
for number in range(2000):
    POOL.give_back(POOL.take())

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""A C library (malloc through ctypes here) leaks 64 KiB a call: 128 MiB after 2,000 calls.
The Python heap is small and holds none of it: the process's RSS is far larger than the heap."""
# leaks: /\bRSS\b|(?i:\bresident\b|\bnative\b|\boutside\b)/
import ctypes

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]

class Decoder:
    def decode(self, data):
        scratch = libc.malloc(65536)
        libc.memset(scratch, 1, 65536)
        return len(data)

DECODER = Decoder()
for _ in range(2000):
    DECODER.decode(b"picture")

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

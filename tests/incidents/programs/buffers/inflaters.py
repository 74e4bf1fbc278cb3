# SPDX-License-Identifier: MIT
"""A decompressor is kept for each connection, and its state is zlib's own memory: 1,200 of them, some 12 MiB or more.
Held by the dict GATEWAY.inflaters; the heap has nearly nothing of it."""
# leaks: /(?i)malloc|outside|\bnative\b/
# why zlib.Decompress: way __main__.GATEWAY.inflaters
import zlib

DATA = zlib.compress(b"".join(b"%d apples and %d pears; " % (i, i * 7 % 97) for i in range(6000)))

class Gateway:
    def __init__(self):
        self.inflaters = {}

    def receive(self, connection):
        inflater = self.inflaters[connection] = zlib.decompressobj()
        inflater.decompress(DATA[:3000])

GATEWAY = Gateway()
for number in range(1200):
    GATEWAY.receive(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

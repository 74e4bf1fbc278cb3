# SPDX-License-Identifier: MIT
"""A log in memory is one bytearray, to which every request appends: 4 MiB. Held by TRANSCRIPT.buffer."""
# leaks: /\bbytearray\b/
# leaks: way __main__.TRANSCRIPT.buffer
class Transcript:
    def __init__(self):
        self.buffer = bytearray()

    def add(self, number):
        self.buffer += b"request %6d was answered in %3d ms; " % (number, number % 1000) * 5

TRANSCRIPT = Transcript()
for number in range(22000):
    TRANSCRIPT.add(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

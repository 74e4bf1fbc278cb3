# SPDX-License-Identifier: MIT
"""A header of 16 bytes is kept of each datagram, as a slice of a memoryview: it pins the bytearray of 64 KiB behind it.
100 memoryviews, held by the list CAPTURE.headers."""
# leaks: 100 of bytearrays?|memoryviews?
# leaks: /\bbytearray/
# leaks: way __main__.CAPTURE.headers
# leaks: /(?i)memoryview|slice/
# why bytearray: way __main__.CAPTURE.headers
# why bytearray: /(?i)memoryview|managedbuffer/
class Capture:
    def __init__(self):
        self.headers = []

    def receive(self, number):
        datagram = bytearray(65536)
        datagram[0:4] = b"%04d" % number
        self.headers.append(memoryview(datagram)[0:16])

CAPTURE = Capture()
for number in range(100):
    CAPTURE.receive(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

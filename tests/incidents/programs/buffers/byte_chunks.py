# SPDX-License-Identifier: MIT
"""The chunks of an upload that was broken off stay in a list: 500 bytes of 8 KiB. Held by the list UPLOAD.chunks."""
# leaks: 500 of bytes
# leaks: way __main__.UPLOAD.chunks
# why bytes: way __main__.UPLOAD.chunks
class Upload:
    def __init__(self):
        self.chunks = []

    def receive(self, number):
        self.chunks.append(bytes([number % 256]) * 8192)

UPLOAD = Upload()
for number in range(500):
    UPLOAD.receive(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

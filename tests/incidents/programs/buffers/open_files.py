# SPDX-License-Identifier: MIT
"""A file is opened for each report and never closed: 200 files with a buffer of 32 KiB each. Held by the dict
REPORTS.files."""
# leaks: 200 of BufferedReader|BufferedRandom|BufferedWriter|files?
# leaks: way __main__.REPORTS.files
# why BufferedWriter: way __main__.REPORTS.files
import os

class Reports:
    def __init__(self):
        self.files = {}

    def open(self, number):
        file = self.files[number] = open(os.devnull, "wb", buffering=32768)
        file.write(b"report %d\n" % number)

REPORTS = Reports()
for number in range(200):
    REPORTS.open(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""A logger is made for each request, by its number: 2,500 Loggers, which logging keeps forever.
Held by the dict loggerDict of logging's manager."""
# leaks: 2,500 of Loggers?
# leaks: /\bloggerDict\b/
# why logging.Logger: /\bloggerDict\b/
import logging

class Request:
    def __init__(self, number):
        self.log = logging.getLogger("requests.%d" % number)
        self.log.setLevel(logging.INFO)

    def handle(self):
        self.log.debug("handled")

for number in range(2500):
    Request(number).handle()

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

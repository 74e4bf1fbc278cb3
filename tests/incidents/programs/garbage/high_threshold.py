# SPDX-License-Identifier: MIT
"""The collector's threshold was raised until it never runs; requests and their responses refer to each other: 1,500 of
both are garbage. Held by nobody."""
# leaks: 1,500 of Request|Response
# leaks: /(?i)\b(garbage|unreachable)\b/
# why Request: /(?i)\b(garbage|unreachable)\b/
import gc

gc.collect()
gc.set_threshold(100000000)

class Response:
    def __init__(self, request):
        self.request = request
        self.body = "response to %s; " % request.path * 20

class Request:
    def __init__(self, number):
        self.path = "/item/%d" % number
        self.response = Response(self)

def handle(number):
    return len(Request(number).response.body)

for number in range(1500):
    handle(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

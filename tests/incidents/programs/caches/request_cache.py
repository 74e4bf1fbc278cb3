# SPDX-License-Identifier: MIT
"""A response cache keyed by Request objects, which hash by identity: it never hits and never evicts.
Held by RESPONSES._entries, a dict whose keys are the 3,000 Requests."""
# leaks: 3,000 of Request
# leaks: way __main__.RESPONSES._entries
# why Request: way __main__.RESPONSES._entries
class Request:
    def __init__(self, path, client):
        self.path = path
        self.headers = {"host": "shop.internal", "trace": "t-%032d" % client}
        self.client = client

class ResponseCache:
    def __init__(self):
        self._entries = {}

    def get_or_render(self, request):
        if request not in self._entries:
            self._entries[request] = ("<html>%s</html>" % request.path * 20).encode()
        return self._entries[request]

RESPONSES = ResponseCache()

def serve(count):
    for n in range(count):
        RESPONSES.get_or_render(Request("/item/%d" % (n % 50), n))

serve(3000)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

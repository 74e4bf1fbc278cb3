# SPDX-License-Identifier: MIT
"""Healthy: a web server that has answered 200 requests."""
# leaks: nothing
import http.server
import json
import logging
import threading
import urllib.request

logging.basicConfig(level=logging.WARNING)

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"path": self.path, "items": list(range(20))}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        logging.info("%s", arguments)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, name="server", daemon=True).start()
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for number in range(200):
    opener.open("http://127.0.0.1:%d/item/%d" % (server.server_address[1], number)).read()

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

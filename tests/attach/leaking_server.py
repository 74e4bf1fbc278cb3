# SPDX-License-Identifier: MIT
"""A small web application that leaks: each request leaves a Session in a list that nobody clears."""

import http.server
import json


class Session:
    def __init__(self, user, path):
        self.user = user
        self.path = path
        self.history = [path, user, {"visits": 1}]


class App:
    def __init__(self):
        self.routes = {}
        self.audit_log = []

    def route(self, path):
        def register(handler):
            self.routes[path] = handler
            return handler

        return register

    def handle(self, path):
        path, _, user = path.partition("?user=")
        session = Session(user, path)
        self.audit_log.append(session)  # the line that leaks
        return self.routes[path](session)


app = App()


@app.route("/hello")
def hello(session):
    return {"hello": session.user}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # sends the answer in one piece, so that it does not wait for an acknowledgement

    def do_GET(self):
        body = json.dumps(app.handle(self.path)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()

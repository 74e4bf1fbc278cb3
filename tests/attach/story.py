# SPDX-License-Identifier: MIT
"""The story of the README: a service leaks, and `dryad dump PID` and `dryad leaks FILE` name the holder of the memory.

story PYTHON
"""

import http.client
import os
import re
import subprocess
import tempfile

from program import Interpreter
from support import AT_LENGTH, DRYAD, HERE, check, dump, run

REQUESTS = 5000 if AT_LENGTH else 2500


def visit(port, count):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for i in range(count):
        connection.request("GET", "/hello?user=user%d" % i)
        answer = connection.getresponse()
        check(answer.status == 200 and answer.read() == b'{"hello": "user%d"}' % i, "another answer")
    connection.close()


def main(python):
    with open(os.path.join(HERE, "leaking_server.py")) as file:
        code = file.read()
    server = subprocess.Popen([*Interpreter(python).words, "-c", code], stdout=subprocess.PIPE, encoding="utf-8")
    try:
        port = int(server.stdout.readline())
        visit(port, REQUESTS)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "server.dump.zst")
            done = dump(server.pid, path)
            check(done.objects > REQUESTS, "too few objects")
            sentence = r"pid %d, CPython [\d.]+: resident [\d.]+MiB; Python objects [\d.]+MiB \([\d.]+%%\)\n" % server.pid
            check(re.search(sentence, done.text), "the process is not described:", done)
            visit(port, 10)  # it serves as before
            leaks = run(DRYAD, "leaks", path).stdout
    finally:
        server.kill()
        server.wait()
    print(leaks)
    check("{:,} __main__.Session".format(REQUESTS) in leaks, "the leaked objects are not named")
    check("app.audit_log[...]" in leaks, "the list that holds them is not named")

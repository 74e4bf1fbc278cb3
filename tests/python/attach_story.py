"""The story of the README: a service leaks, `dryad dump PID` and `dryad leaks FILE` name what holds the memory.

attach_story.py PYTHON
"""

import http.client
import os
import subprocess
import sys
import tempfile

DRYAD = os.environ.get("DRYAD", "build/dryad")
SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "leaking_server.py")
REQUESTS = 5000


def visit(port, count):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for i in range(count):
        connection.request("GET", "/hello?user=user%d" % i)
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read() == b'{"hello": "user%d"}' % i
    connection.close()


def run(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, universal_newlines=True, timeout=120).stdout


def main(python):
    server = subprocess.Popen([python, SERVER], stdout=subprocess.PIPE, universal_newlines=True)
    try:
        port = int(server.stdout.readline())
        visit(port, REQUESTS)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "server.dump.zst")
            assert run(DRYAD, "dump", str(server.pid), "-o", path) == path + "\n"
            visit(port, 10)  # it serves as before
            leaks = run(DRYAD, "leaks", path)
    finally:
        server.kill()
        server.wait()
    print(leaks)
    assert "5,000 Session" in leaks, "the leaked objects are not named"
    assert "app.audit_log[...]" in leaks, "the list that holds them is not named"


if subprocess.run(["which", "gdb"], stdout=subprocess.DEVNULL).returncode != 0:
    print("gdb is not there")
    sys.exit(77)
main(sys.argv[1])

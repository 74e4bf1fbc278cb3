# SPDX-License-Identifier: MIT
"""Readers are registered with a selector for clients that have left, and never unregistered: 300 SelectorKeys, each
with a Peer as data. Held by the selector of the server, SERVER.selector."""
# leaks: 300 of SelectorKey|Peer
# leaks: way __main__.SERVER.selector
# why Peer: way __main__.SERVER.selector
# why Peer: /_fd_to_key/
import selectors
import socket

class Peer:
    def __init__(self, number):
        self.number = number
        self.inbox = ["message %d of peer %d" % (i, number) for i in range(80)]

class Server:
    def __init__(self):
        self.selector = selectors.SelectSelector()

    def accept(self, number):
        ours, theirs = socket.socketpair()
        self.selector.register(ours, selectors.EVENT_READ, data=Peer(number))
        theirs.close()

SERVER = Server()
for number in range(300):
    SERVER.accept(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

# SPDX-License-Identifier: MIT
"""Clients connect, send 40 KB, and are never read from: 80 StreamReaders with full buffers.
Held by the list GATEWAY.waiting."""
# leaks: 80 of StreamReader|bytearrays?|Client
# leaks: way __main__.GATEWAY.waiting
# why StreamReader: way __main__.GATEWAY.waiting
import asyncio
import sys
from dryad import scanner

class Client:
    def __init__(self, number, reader):
        self.number, self.reader = number, reader

class Gateway:
    def __init__(self):
        self.waiting = []

    def connect(self, number):
        reader = asyncio.StreamReader(limit=1 << 20)
        self.waiting.append(Client(number, reader))
        for part in range(10):
            reader.feed_data(b"%8d" % number * 512)

GATEWAY = Gateway()

async def main():
    for number in range(80):
        GATEWAY.connect(number)
    asyncio.get_running_loop().call_soon(scanner.dump_all_objects, sys.argv[1])
    await asyncio.sleep(0.1)

asyncio.run(main())

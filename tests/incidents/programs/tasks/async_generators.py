# SPDX-License-Identifier: MIT
"""Streams are read as far as the first row and left open: 500 suspended async generators of stream_rows(), with a page
as a local. Held by the dict CLIENT.streams."""
# leaks: 500 of async_generators?|generators?|stream_rows|Page
# leaks: way __main__.CLIENT.streams
# leaks: /\bstream_rows\b/
# why Page: way __main__.CLIENT.streams
# why Page: /\bstream_rows\b/
# why Page: /\bpage\b/
import asyncio
import sys
from dryad import scanner

class Page:
    def __init__(self, table):
        self.rows = ["row %d of %s" % (i, table) for i in range(60)]

async def stream_rows(table):
    page = Page(table)
    for row in page.rows:
        yield row

class Client:
    def __init__(self):
        self.streams = {}

    async def first(self, table):
        stream = self.streams[table] = stream_rows(table)
        async for row in stream:
            return row

CLIENT = Client()

async def main():
    for number in range(500):
        await CLIENT.first("table_%d" % number)
    asyncio.get_running_loop().call_soon(scanner.dump_all_objects, sys.argv[1])
    await asyncio.sleep(0.1)

asyncio.run(main())

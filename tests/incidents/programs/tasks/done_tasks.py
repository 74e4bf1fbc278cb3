# SPDX-License-Identifier: MIT
"""Tasks are kept in a set, so that they are not collected while they run, and stay there when they are done: 800 Tasks
with the Response that each returned. Held by the set CLIENT.background."""
# leaks: 800 of Tasks?|Response|fetch
# leaks: way __main__.CLIENT.background
# why Response: way __main__.CLIENT.background
# why Response: /_?result\b/
import asyncio
import sys
from dryad import scanner

class Response:
    def __init__(self, number):
        self.headers = {"x-field-%d" % i: "value %d of %d" % (i, number) for i in range(25)}

class Client:
    def __init__(self):
        self.background = set()

    async def fetch(self, number):
        await asyncio.sleep(0)
        return Response(number)

    def start(self, number):
        self.background.add(asyncio.ensure_future(self.fetch(number)))

CLIENT = Client()

async def main():
    for number in range(800):
        CLIENT.start(number)
    await asyncio.sleep(0.1)
    asyncio.get_running_loop().call_soon(scanner.dump_all_objects, sys.argv[1])
    await asyncio.sleep(0.1)

asyncio.run(main())

# SPDX-License-Identifier: MIT
"""Each request waits for the end of the process too, by a callback on a future that lives as long: 1,000 Requests.
Held by the callbacks of the future STOPPED."""
# leaks: 1,000 of Request|methods?|tuples?
# leaks: /\bRequest\b|\bon_stop\b/
# leaks: way __main__.STOPPED
# why Request: way __main__.STOPPED
# why Request: /_callback/
import asyncio
import sys
from dryad import scanner

STOPPED = None

class Request:
    def __init__(self, number):
        self.fields = {"field %d" % i: "%d of request %d" % (i, number) for i in range(20)}
        STOPPED.add_done_callback(self.on_stop)

    def on_stop(self, future):
        self.fields.clear()

async def main():
    global STOPPED
    STOPPED = asyncio.get_running_loop().create_future()
    for number in range(1000):
        Request(number)
    await asyncio.sleep(0.05)
    asyncio.get_running_loop().call_soon(scanner.dump_all_objects, sys.argv[1])
    await asyncio.sleep(0.1)

asyncio.run(main())

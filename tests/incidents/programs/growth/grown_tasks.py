# SPDX-License-Identifier: MIT
"""Between two dumps 500 tasks more wait for a lock that is never released, each with its Parcel as a local. Held by the
waiters of the lock, a local of the coroutine main."""
# diff: 500 of Tasks?|Parcels?|coroutines?|deliver
# diff: /_waiters\b|\block\b/
import asyncio
import sys
from dryad import scanner

class Parcel:
    def __init__(self, number):
        self.labels = ["label %d of parcel %d" % (i, number) for i in range(25)]

async def deliver(lock, number):
    parcel = Parcel(number)
    async with lock:
        return parcel

async def main():
    lock = asyncio.Lock()
    await lock.acquire()
    loop = asyncio.get_running_loop()
    for suffix, first, count in ("", 0, 100), (".2", 100, 500):
        for number in range(first, first + count):
            asyncio.ensure_future(deliver(lock, number))
        await asyncio.sleep(0.05)
        loop.call_soon(scanner.dump_all_objects, sys.argv[1] + suffix)
        await asyncio.sleep(0.1)

asyncio.run(main())

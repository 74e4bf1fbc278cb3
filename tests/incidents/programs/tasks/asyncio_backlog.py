# SPDX-License-Identifier: MIT
"""A producer puts into an asyncio.Queue without a bound, faster than the consumer takes: about 3,000 Readings.
Held by the deque of the Queue `backlog`, a local of the coroutine main."""
# leaks: 2,99\d|3,000 of Reading
# leaks: /\bbacklog\b.*_queue\b|\bqueue\._queue\b/
# leaks: /\b(main|consume)\b/
# why Reading: /\bbacklog\b.*_queue\b|\bqueue\._queue\b/
import asyncio
import sys
from dryad import scanner

class Reading:
    def __init__(self, number):
        self.sensor = "sensor-%d" % (number % 40)
        self.values = [number + i / 8 for i in range(20)]

async def consume(queue):
    while True:
        reading = await queue.get()
        await asyncio.sleep(3600)
        del reading

async def main():
    backlog = asyncio.Queue()
    consumer = asyncio.ensure_future(consume(backlog))
    for number in range(3000):
        await backlog.put(Reading(number))
    await asyncio.sleep(0.05)
    asyncio.get_running_loop().call_soon(scanner.dump_all_objects, sys.argv[1])
    await asyncio.sleep(0.1)
    consumer.cancel()

asyncio.run(main())

# SPDX-License-Identifier: MIT
"""A timeout is set for every connection and never cancelled: 1,200 TimerHandles an hour ahead, each with a bound
method and its Connection. Held by the event loop's heap of timers, _scheduled."""
# leaks: 1,200 of TimerHandle|Connection
# leaks: /(?i)loop\b.*\b_scheduled\b|\b_scheduled\b.*loop|loop.s timers/
# why Connection: /(?i)loop\b.*\b_scheduled\b|\b_scheduled\b.*loop|loop.s timers/
# why Connection: /\bon_idle\b|TimerHandle|_callback\b/
import asyncio
import sys

class Connection:
    def __init__(self, loop, number):
        self.peer = "10.0.%d.%d" % divmod(number, 256)
        self.received = ["line %d from %d" % (i, number) for i in range(25)]
        loop.call_later(3600, self.on_idle)

    def on_idle(self):
        self.received = None

def dump():
    from dryad import scanner
    scanner.dump_all_objects(sys.argv[1])

async def accept(count):
    loop = asyncio.get_running_loop()
    for number in range(count):
        Connection(loop, number)
    await asyncio.sleep(0.1)
    loop.call_soon(dump)
    await asyncio.sleep(0.2)

asyncio.run(accept(1200))

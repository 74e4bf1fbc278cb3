# SPDX-License-Identifier: MIT
"""700 tasks wait for an Event that is never set; each coroutine (follow) has its order book in a local.
Held by the waiters of feed.closing, a local of the coroutine main."""
# leaks: 700 of Task|coroutine|follow|Future|tasks|OrderBook
# leaks: /\b_waiters\b|\bclosing\b/
# why OrderBook: /\b_waiters\b|\bclosing\b/
# why OrderBook: /\bfollow\b/
# why OrderBook: /\bfeed\b/
import asyncio
import sys

class Feed:
    def __init__(self):
        self.closing = asyncio.Event()

class OrderBook:
    def __init__(self, symbol):
        self.levels = ["%s level %d" % (symbol, i) for i in range(40)]

async def follow(feed, symbol):
    book = OrderBook(symbol)
    await feed.closing.wait()
    return book

def dump():
    from dryad import scanner
    scanner.dump_all_objects(sys.argv[1])

async def main():
    feed = Feed()
    for number in range(700):
        asyncio.ensure_future(follow(feed, "SYM%d" % number))
    await asyncio.sleep(0.2)
    asyncio.get_running_loop().call_soon(dump)
    await asyncio.sleep(0.2)

asyncio.run(main())

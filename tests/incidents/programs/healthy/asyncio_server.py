# SPDX-License-Identifier: MIT
"""Healthy: an asyncio server that has answered 100 clients, with 20 workers that wait for a queue."""
# leaks: nothing
import asyncio
import sys
from dryad import scanner

async def answer(reader, writer):
    line = await reader.readline()
    writer.write(line.upper())
    await writer.drain()
    writer.close()

async def work(queue):
    while True:
        await queue.get()

async def main():
    queue = asyncio.Queue(100)
    workers = [asyncio.ensure_future(work(queue)) for _ in range(20)]
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for number in range(100):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello %d\n" % number)
        await reader.readline()
        writer.close()
        await queue.put(number)
    await asyncio.sleep(0.05)
    asyncio.get_running_loop().call_soon(scanner.dump_all_objects, sys.argv[1])
    await asyncio.sleep(0.1)
    for worker in workers:
        worker.cancel()
    server.close()

asyncio.run(main())

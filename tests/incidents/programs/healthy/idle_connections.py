# SPDX-License-Identifier: MIT
"""Healthy: a server of asyncio with 60 clients that are connected and say nothing."""
# leaks: nothing
import asyncio
import sys
from dryad import scanner

async def answer(reader, writer):
    async for line in reader:
        writer.write(line.upper())
    writer.close()

async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
    await asyncio.sleep(0.1)
    asyncio.get_running_loop().call_soon(scanner.dump_all_objects, sys.argv[1])
    await asyncio.sleep(0.1)
    for reader, writer in clients:
        writer.close()
    server.close()

asyncio.run(main())

# SPDX-License-Identifier: MIT
"""Healthy: 20 threads wait for work in a queue, with a little of their own in locals and a threading.local."""
# leaks: nothing
import queue
import sys
import threading
from dryad import scanner

class Worker(threading.Thread):
    local = threading.local()

    def run(self):
        self.local.buffer = bytearray(1000)
        counts = {"done": 0}
        while True:
            task = tasks.get()
            if task is None:
                return
            counts["done"] += 1
            tasks.task_done()

tasks = queue.Queue()
workers = [Worker(name="worker-%d" % number, daemon=True) for number in range(20)]
for worker in workers:
    worker.start()
for number in range(1000):
    tasks.put(number)
tasks.join()
scanner.dump_all_objects(sys.argv[1])
for worker in workers:
    tasks.put(None)

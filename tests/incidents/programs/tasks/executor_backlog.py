# SPDX-License-Identifier: MIT
"""One worker renders slowly, and pictures are submitted without waiting: about 1,500 work items with a Picture each.
Held by the queue of the executor, POOL._work_queue."""
# leaks: 1,49\d|1,500 of Picture|_WorkItem|Future
# leaks: /\b_?work_queue\b|_threads_queues/
# why Picture: /\b_?work_queue\b|_threads_queues/
# why Picture: /_WorkItem|\bargs\b/
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dryad import scanner

class Picture:
    def __init__(self, number):
        self.pixels = bytes([number % 256]) * 2000

POOL = ThreadPoolExecutor(1, thread_name_prefix="render")
released = threading.Event()

def render(picture):
    released.wait()
    return len(picture.pixels)

def upload(number):
    POOL.submit(render, Picture(number))

for number in range(1500):
    upload(number)
scanner.dump_all_objects(sys.argv[1])
released.set()

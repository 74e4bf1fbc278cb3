# SPDX-License-Identifier: MIT
"""100 threads of a pool wait, and each has once been deep in C: their stacks, not the heap, hold most of the memory."""
# leaks: /(?i)\bstacks?\b/
import json
import sys
import threading
from dryad import scanner

stop, ready = threading.Event(), threading.Semaphore(0)
NESTED = []
for depth in range(900):
    NESTED = [NESTED]

def work():
    json.dumps(NESTED)
    ready.release()
    stop.wait()

threads = [threading.Thread(target=work, name="pool-%d" % number, daemon=True) for number in range(100)]
for thread in threads:
    thread.start()
for thread in threads:
    ready.acquire()
scanner.dump_all_objects(sys.argv[1])
stop.set()

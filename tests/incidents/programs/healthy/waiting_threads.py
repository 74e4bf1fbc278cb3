# SPDX-License-Identifier: MIT
"""Healthy: 50 threads wait on one condition, a few calls deep."""
# leaks: nothing
import sys
import threading
from dryad import scanner

condition, ready, done = threading.Condition(), threading.Semaphore(0), []

def wait(name, depth):
    if depth:
        return wait(name, depth - 1)
    with condition:
        ready.release()
        condition.wait_for(lambda: done)
    return name

threads = [threading.Thread(target=wait, args=("worker-%d" % number, 5), daemon=True) for number in range(50)]
for thread in threads:
    thread.start()
for thread in threads:
    ready.acquire()
scanner.dump_all_objects(sys.argv[1])
with condition:
    done.append(True)
    condition.notify_all()

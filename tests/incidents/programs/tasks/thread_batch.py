# SPDX-License-Identifier: MIT
"""A worker thread collects invoices into a batch that it never sends: 1,500 Invoices.
Held by the local `batch` of collect() in the thread billing-1."""
# leaks: 1,500 of Invoice
# leaks: /billing-1|\bcollect\b/
# leaks: /\bbatch\b/
# why Invoice: /billing-1/
# why Invoice: /\bcollect\b/
# why Invoice: /\bbatch\b/
import sys
import threading
from dryad import scanner

full, stop = threading.Event(), threading.Event()

class Invoice:
    def __init__(self, number):
        self.number = number
        self.lines = ["%d: %d pieces" % (number, i) for i in range(20)]

def collect(count):
    batch = []
    for number in range(count):
        batch.append(Invoice(number))
    full.set()
    stop.wait()
    return len(batch)

threading.Thread(target=collect, args=(1500,), name="billing-1").start()
full.wait()
scanner.dump_all_objects(sys.argv[1])
stop.set()

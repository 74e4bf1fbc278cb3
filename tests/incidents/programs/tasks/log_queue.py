# SPDX-License-Identifier: MIT
"""A QueueHandler fills an unbounded queue faster than the listener's slow sink empties it: about 4,000 LogRecords.
Held by the deque of the Queue BACKLOG."""
# leaks: 3,99\d|4,000 of LogRecord
# leaks: /__main__\.BACKLOG\.queue\b|\b_monitor\b.*\b(q|self\.queue)\.queue\b/
# why LogRecord: /__main__\.BACKLOG\.queue\b|\b_monitor\b.*\b(q|self\.queue)\.queue\b/
import logging
import logging.handlers
import queue
import threading

BACKLOG = queue.Queue(-1)
released = threading.Event()

class SlowSink(logging.Handler):
    def emit(self, record):
        released.wait()

listener = logging.handlers.QueueListener(BACKLOG, SlowSink())
log = logging.getLogger("billing.worker")
log.setLevel(logging.INFO)
log.propagate = False
log.addHandler(logging.handlers.QueueHandler(BACKLOG))
listener.start()
for number in range(4000):
    log.info("invoice %s for customer %s: %s", number, number % 97, {"lines": [number] * 5})

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
BACKLOG.queue.clear()
released.set()
listener.stop()

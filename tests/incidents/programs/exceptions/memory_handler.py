# SPDX-License-Identifier: MIT
"""A MemoryHandler waits for a target that is never set, and buffers each record with its exc_info: 500 LogRecords whose
tracebacks keep the Attachment that could not be scanned. Held by the list HANDLER.buffer."""
# leaks: 500 of LogRecord|Attachment|ValueError
# leaks: way __main__.HANDLER.buffer
# leaks: /(?i)exc_info|traceback|frame/
# why Attachment: way __main__.HANDLER.buffer
# why Attachment: /exc_info/
# why Attachment: /\bscan\b/
import logging
import logging.handlers

HANDLER = logging.handlers.MemoryHandler(100000, flushLevel=logging.CRITICAL + 1)
log = logging.getLogger("mail.scanner")
log.propagate = False
log.addHandler(HANDLER)

class Attachment:
    def __init__(self, number):
        self.name = "invoice-%d.pdf" % number
        self.content = bytes([number % 256]) * 6000

def scan(number):
    attachment = Attachment(number)
    raise ValueError("cannot read %s" % attachment.name)

def receive(number):
    try:
        scan(number)
    except ValueError:
        log.exception("mail %d", number)

for number in range(500):
    receive(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

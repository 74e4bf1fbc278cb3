# SPDX-License-Identifier: MIT
"""Every event is appended to a module's list and never taken out: 6,000 dicts, no class of its own.
Held by the list SEEN_EVENTS of the module."""
# leaks: 6,000 of dicts?
# leaks: way __main__.SEEN_EVENTS
SEEN_EVENTS = []

def on_event(kind, number):
    event = {"kind": kind, "id": number, "source": "device-%d" % (number % 40), "note": "event number %d" % number}
    SEEN_EVENTS.append(event)
    return event

def poll():
    for number in range(6000):
        on_event("reading" if number % 3 else "alarm", number)

poll()

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

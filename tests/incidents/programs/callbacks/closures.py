# SPDX-License-Identifier: MIT
"""Closures for a retry are kept after it went well; each has the large message of its call in a cell: 800 functions.
Held by the dict RETRIES."""
# leaks: 800 of functions?|closures?|on_retry|cells?
# leaks: way __main__.RETRIES
# leaks: /\bon_retry\b|(?i:closure|cell)|\bmessage\b/
RETRIES = {}

def send(number):
    message = ["%d: part %d" % (number, i) for i in range(60)]

    def on_retry():
        return len(message)

    RETRIES[number] = on_retry
    return on_retry()

def send_all(count):
    for number in range(count):
        send(number)

send_all(800)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

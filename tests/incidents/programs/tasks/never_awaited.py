# SPDX-License-Identifier: MIT
"""Notifications are made by calling a coroutine function, and nobody awaits them: 900 coroutines of notify(), each with
its message as an argument. Held by the list OUTBOX.pending."""
# leaks: 900 of coroutines?|notify|Message
# leaks: way __main__.OUTBOX.pending
# leaks: /\bnotify\b/
# why Message: way __main__.OUTBOX.pending
# why Message: /\bnotify\b/
# why Message: /\bmessage\b/
class Message:
    def __init__(self, number):
        self.text = "order %d was sent; " % number * 60

class Outbox:
    def __init__(self):
        self.pending = []

    async def notify(self, message):
        return len(message.text)

    def order_sent(self, number):
        self.pending.append(self.notify(Message(number)))

OUTBOX = Outbox()
for number in range(900):
    OUTBOX.order_sent(number)

import os
import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
os._exit(0)  # without 900 warnings

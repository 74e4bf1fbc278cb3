# SPDX-License-Identifier: MIT
"""Between two dumps a list in a local of a thread grows by 700 Events, from 100. Held by `events`, of listen() in the
thread listener."""
# diff: 700 of Events?
# diff: /\bevents\b/
# diff: /\blisten\b|\blistener\b/
import queue
import sys
import threading
from dryad import scanner

class Event:
    def __init__(self, number):
        self.fields = {"field %d" % i: "%d of event %d" % (i, number) for i in range(15)}

orders, done = queue.Queue(), queue.Queue()

def listen():
    events = []
    while True:
        first, count = orders.get()
        for number in range(first, first + count):
            events.append(Event(number))
        done.put(len(events))

threading.Thread(target=listen, name="listener", daemon=True).start()
orders.put((0, 100))
done.get()
scanner.dump_all_objects(sys.argv[1])
orders.put((100, 700))
done.get()
scanner.dump_all_objects(sys.argv[1] + ".2")

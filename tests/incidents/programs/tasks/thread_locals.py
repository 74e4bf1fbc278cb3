# SPDX-License-Identifier: MIT
"""Each of 30 live threads keeps a cache of statements in a threading.local: 50 Statements a thread, 1,500 in all.
Held by LOCAL.statements of each thread, worker-0 to worker-29."""
# leaks: /\bStatement\b/
# leaks: 30 of threads?|dicts?|locals? or 1,500 of Statement
# leaks: way __main__.LOCAL
# leaks: /\bstatements\b/
# why Statement: /\bstatements\b/
# why Statement: /(?i)thread|worker/
import threading

LOCAL = threading.local()
stop = threading.Event()
ready = threading.Semaphore(0)

class Statement:
    def __init__(self, text):
        self.text = text
        self.columns = {"column_%d" % i: "%s.%d" % (text, i) for i in range(12)}

def execute(text):
    LOCAL.statements[text] = Statement(text)

def work(number):
    LOCAL.statements = {}
    for i in range(50):
        execute("select %d from shard_%d" % (i, number))
    ready.release()
    stop.wait()

threads = [threading.Thread(target=work, args=(i,), name="worker-%d" % i, daemon=True) for i in range(30)]
for thread in threads:
    thread.start()
for _ in threads:
    ready.acquire()

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
stop.set()

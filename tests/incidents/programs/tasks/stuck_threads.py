# SPDX-License-Identifier: MIT
"""Each upload has a thread, and 40 of them are stuck in a lock that is never released, with the upload as a local.
Held by the frames of the threads upload-0 to upload-39, in the function store()."""
# leaks: 40 of threads?|Upload|store|frames?
# leaks: /\bstore\b/
# leaks: /(?i)thread|upload-\d/
# why Upload: /\bstore\b/
# why Upload: /\bupload\b/
# why Upload: /(?i)thread/
import sys
import threading
from dryad import scanner

lock = threading.Lock()
started = threading.Semaphore(0)

class Upload:
    def __init__(self, number):
        self.name = "upload-%d" % number
        self.parts = [("%s part %d " % (self.name, i)).encode() * 20 for i in range(100)]

def store(number):
    upload = Upload(number)
    started.release()
    with lock:
        return len(upload.parts)

def accept(number):
    threading.Thread(target=store, args=(number,), name="upload-%d" % number, daemon=True).start()

lock.acquire()
for number in range(40):
    accept(number)
for number in range(40):
    started.acquire()
scanner.dump_all_objects(sys.argv[1])
lock.release()

# SPDX-License-Identifier: MIT
"""Futures of a pool that ended with an exception are kept by id: exception, traceback, frame, and the Upload in it.
300 Futures, held by UPLOADS.inflight."""
# leaks: 300 of Future|Upload|OSError
# leaks: way __main__.UPLOADS.inflight
# leaks: /(?i)traceback|frame|_?exception|OSError/
# why Upload: way __main__.UPLOADS.inflight
# why Upload: /_?exception|OSError/
# why Upload: /(?i)traceback|frame|__traceback__/
# why Upload: /\bstore\b/
from concurrent.futures import ThreadPoolExecutor

class Upload:
    def __init__(self, number):
        self.parts = [bytes([number % 256]) * (100 + i) for i in range(80)]

def store(number):
    upload = Upload(number)
    raise IOError("part %d of %d rejected" % (number, len(upload.parts)))

class Uploads:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4, thread_name_prefix="upload")
        self.inflight = {}

    def submit(self, number):
        self.inflight[number] = self.pool.submit(store, number)

UPLOADS = Uploads()
for number in range(300):
    UPLOADS.submit(number)
for future in list(UPLOADS.inflight.values()):
    future.exception()
del future

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

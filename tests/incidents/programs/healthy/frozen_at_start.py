# SPDX-License-Identifier: MIT
"""Healthy: gc.freeze() was called once, before the workers were to be forked, and 200 requests were served since."""
# leaks: nothing
import gc
import json

gc.collect()
gc.freeze()

def serve(number):
    request = {"path": "/item/%d" % number, "self": None}
    request["self"] = request
    return len(json.dumps({"path": request["path"]}))

print(sum(serve(number) for number in range(200)))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

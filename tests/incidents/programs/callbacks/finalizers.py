# SPDX-License-Identifier: MIT
"""weakref.finalize keeps its arguments, and among them is the object it waits for: 900 Workspaces never die.
Held by the class attribute weakref.finalize._registry."""
# leaks: 900 of Workspace
# leaks: /finalize\b.*_registry/
# why Workspace: /finalize\b.*_registry/
# why Workspace: /\bargs\b/
import weakref

class Workspace:
    def __init__(self, number):
        self.path = "/scratch/%d" % number
        self.files = ["%s/part-%d" % (self.path, i) for i in range(40)]
        weakref.finalize(self, cleanup, self)

def cleanup(workspace):
    workspace.files.clear()

def job(number):
    return len(Workspace(number).files)

for number in range(900):
    job(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])

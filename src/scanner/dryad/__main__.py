# SPDX-License-Identifier: MIT
"""python -m dryad dump PID: the program dryad, where it is installed."""

import os
import shutil
import sys

program = shutil.which("dryad")
if program is None:
    sys.exit("python -m dryad: the program dryad is not in PATH. It is not part of the Python package, which is "
             "dryad.scanner: `from dryad import scanner; scanner.dump_all_objects('app.dump.gz')` needs no program.")
os.execv(program, ["dryad"] + sys.argv[1:])

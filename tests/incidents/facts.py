# SPDX-License-Identifier: MIT
"""Prints the version of its Python, and those of the modules in its arguments that can be imported."""

import importlib
import sys

print("%d.%d%s" % (sys.version_info[0], sys.version_info[1], sys.abiflags))
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ImportError:
        continue
    print(name)

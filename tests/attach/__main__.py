# SPDX-License-Identifier: MIT
"""Tests of `dryad dump PID`: python3 tests/attach TEST [ARGUMENT ...]

A test is a module of this folder, such as kinds or hostile.names, with a function main. It takes its arguments as
text, and raises when something is wrong, or Skip (status 77) when it cannot run here. The Python of the driver may
differ from the one under test, which is an argument: a command such as `/usr/bin/python3` or `chroot FOLDER python3.14`.

DRYAD in the environment is the program to test; the default is build/dryad.
"""

import importlib
import sys

sys.dont_write_bytecode = True  # leaves nothing in the source folder

from support import SKIPPED, Skip, can_attach  # noqa: E402


def main(name, *arguments):
    try:
        if not can_attach():
            raise Skip("tracing is not allowed here")
        importlib.import_module(name).main(*arguments)
    except Skip as reason:
        print("skipped:", reason)
        return SKIPPED
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

# SPDX-License-Identifier: MIT
"""Tests of `dryad browse`, on a pseudo-terminal whose screen is looked at as a person does: python3 tests/browse TEST

A test is a module of this folder with functions test_*, each of which raises when something is wrong. Without pyte, the
terminal that these tests need, they are skipped (status 77).

DRYAD in the environment is the program to test; the default is build/dryad.
"""

import importlib
import sys
import traceback

sys.dont_write_bytecode = True  # leaves nothing in the source folder

SKIPPED = 77


def main(name, *wanted):
    try:
        import pyte  # noqa: F401
    except ImportError:
        print("skipped: pyte is missing. On Debian: apt-get install python3-pyte (or ./bootstrap deps)")
        return SKIPPED
    module, failed = importlib.import_module(name), 0
    tests = [test for test in vars(module) if test.startswith("test_") and (not wanted or test in wanted)]
    if not tests:
        sys.exit("%s has no such tests" % name)
    for test in tests:
        try:
            getattr(module, test)()
            print("ok", test)
        except Exception:
            failed += 1
            print("FAILED", test)
            traceback.print_exc(file=sys.stdout)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

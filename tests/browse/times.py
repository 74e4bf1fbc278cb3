# SPDX-License-Identifier: MIT
"""How long the browser takes from a key to the screen that it leads to: python3 tests/browse/times.py DUMP

Prints the milliseconds for the first screen after loading, and for each key. Nothing is asserted.
"""

import select
import sys
import time

sys.dont_write_bytecode = True

from terminal import browse  # noqa: E402

KEYS = ["down", "page_down", "end", "home", "2", "s", "s", "enter", "enter", "w", "backspace", "p", "backspace", "backspace",
        "1", "enter", "enter", "backspace", "backspace", "?", "backspace"]
QUIET = 0.3  # seconds without output: the screen is complete


def settle(terminal):
    """Reads until nothing comes for a while; returns when the last of it came."""
    last = time.monotonic()
    while select.select([terminal.terminal], [], [], QUIET)[0]:
        last = time.monotonic()
        terminal.read(0)
    return last


def tell(name, seconds, terminal):
    print("%-12s %7.1f  %s" % (name, 1000 * seconds, " ".join(terminal.lines()[2].split())))


def main(dump):
    with browse(dump, rows=50, columns=160) as terminal:
        terminal.wait(lambda: terminal.screen.is_alternate(), "the screen")
        opened = time.monotonic()
        terminal.see("^ retained ")
        tell("first screen", settle(terminal) - opened, terminal)
        for key in KEYS:
            before = time.monotonic()
            terminal.press(key)
            tell(key, settle(terminal) - before, terminal)
        terminal.press("q")
        terminal.end()


if __name__ == "__main__":
    main(*sys.argv[1:])

# SPDX-License-Identifier: MIT
"""A program on a pseudo-terminal of its own, and what its screen shows."""

import copy
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pyte

DRYAD = os.path.abspath(os.environ.get("DRYAD", "build/dryad"))
SHOP = "tests/data/shop.dump.zst"
PATIENCE = 100  # seconds; what is waited for comes, however busy the machine

ALTERNATE = 1049  # the mode of the screen that programs fill
KEYS = {
    "enter": "\r", "escape": "\33", "backspace": "\x7f", "tab": "\t", "up": "\33OA", "down": "\33OB", "right": "\33OC",
    "left": "\33OD", "home": "\33OH", "end": "\33OF", "page_up": "\33[5~", "page_down": "\33[6~", "delete": "\33[3~",
    "f1": "\33OP", "space": " ",
}


class Wrong(AssertionError):
    """What the screen shows is not what it should."""


class Terminal:
    """Runs words as a program. `with` ends it, whatever happened."""

    def __init__(self, *words, rows=30, columns=100, **environment):
        self.screen = Screen(columns, rows)
        self.stream = Stream(self.screen)
        self.output, self.status, self.ended = b"", None, False
        settings = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "XDG_STATE_HOME": "/nonexistent", "PAGER": "cat"}
        kept = {name: os.environ[name] for name in os.environ if name.startswith(("PATH", "HOME", "DRYAD", "ASAN", "LSAN",
                                                                                 "TSAN", "UBSAN", "TMPDIR", "LD_"))}
        variables = {name: value for name, value in {**kept, **settings, **environment}.items() if value is not None}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            self.set_size(0, rows, columns)
            os.execvpe(words[0], words, variables)
        self.set_size(self.terminal, rows, columns)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.terminal)

    @staticmethod
    def set_size(terminal, rows, columns):
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    # ---- doing -----------------------------------------------------------------------------------

    def send(self, text):
        os.write(self.terminal, text.encode() if isinstance(text, str) else text)

    def press(self, *keys):
        """Presses keys: by name, or as text."""
        for key in keys:
            self.send(KEYS.get(key, key))

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        self.set_size(self.terminal, rows, columns)

    def settings(self):
        """Those of the terminal, such as echo, as tcgetattr has them."""
        return termios.tcgetattr(self.terminal)

    # ---- seeing ----------------------------------------------------------------------------------

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        return "\n".join(self.lines())

    def read(self, seconds):
        """What comes within some time; returns whether anything did."""
        if self.ended or not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.terminal, 65536)
        except OSError:
            data = b""
        self.ended = not data
        self.output += data
        self.stream.feed(data)
        return True

    def wait(self, condition, what):
        """Waits until something is true of the screen, and all that was written has been read."""
        until = time.monotonic() + PATIENCE
        while True:
            while self.read(0):
                pass
            if condition():
                return
            if self.ended or time.monotonic() > until:
                raise Wrong("%s: never saw %s on\n%s" % ("ended" if self.ended else "too late", what, self.text()))
            self.read(0.2)

    def see(self, *patterns):
        """Waits until the screen shows all of these regular expressions."""
        for pattern in patterns:
            self.wait(lambda: re.search(pattern, self.text(), re.M), repr(pattern))

    def see_line(self, number, pattern):
        """The same for a line: 0 is the first, -1 the last."""
        self.wait(lambda: re.search(pattern, self.lines()[number]), "%r in line %d" % (pattern, number))

    def lose(self, pattern):
        """Waits until the screen shows it no more."""
        self.wait(lambda: not re.search(pattern, self.text(), re.M), "the end of %r" % pattern)

    def selected(self):
        """The text of the line in reverse, or None."""
        for row in range(self.screen.lines):
            if self.screen.buffer[row][2].reverse:
                return self.screen.display[row].strip()
        return None

    def select(self, pattern):
        """Waits until the line in reverse has this."""
        self.wait(lambda: re.search(pattern, self.selected() or ""), "the selection of %r" % pattern)

    def end(self, status=0):
        """Waits until the program has ended, with this status."""
        self.wait(lambda: self.ended, "the end")
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.status = code
        check(code == status, "status %d, not %d; the screen is\n%s" % (code, status, self.text()))


class Stream(pyte.ByteStream):
    """One of pyte that also knows how to repeat a character (REP) and to scroll (SU, SD)."""

    csi = {**pyte.ByteStream.csi, "b": "repeat", "S": "scroll_up", "T": "scroll_down"}
    events = pyte.ByteStream.events | {"repeat", "scroll_up", "scroll_down"}


class Screen(pyte.Screen):
    """A screen of pyte that has the alternate one too, and knows whether the mouse is reported."""

    def __init__(self, columns, rows):
        self.modes_on, self.main = set(), None
        super().__init__(columns, rows)

    def draw(self, data):
        self.last = data[-1:]
        super().draw(data)

    def repeat(self, count=1):
        self.draw(self.last * count)

    def scroll_up(self, count=1):
        self.scroll(count, self.margins.bottom if self.margins else self.lines - 1, self.index)

    def scroll_down(self, count=1):
        self.scroll(count, self.margins.top if self.margins else 0, self.reverse_index)

    def scroll(self, count, row, move):
        before, self.cursor.y = self.cursor.y, row
        for _ in range(count):
            move()
        self.cursor.y = before

    def set_mode(self, *modes, private=False, **rest):
        self.modes_on.update(modes if private else ())
        super().set_mode(*modes, private=private, **rest)
        if private and ALTERNATE in modes and self.main is None:
            self.main = copy.deepcopy(self.buffer), self.cursor.y, self.cursor.x
            self.erase_in_display(2)

    def reset_mode(self, *modes, private=False, **rest):
        self.modes_on.difference_update(modes if private else ())
        super().reset_mode(*modes, private=private, **rest)
        if private and ALTERNATE in modes and self.main is not None:
            self.buffer, self.cursor.y, self.cursor.x = self.main
            self.main = None
            self.dirty.update(range(self.lines))

    def is_alternate(self):
        return self.main is not None

    def has_mouse(self):
        return 1000 in self.modes_on


def browse(*words, **options):
    return Terminal(DRYAD, "browse", *words, **options)


def shop(**options):
    """The browser on the dump of the shop, at its first screen."""
    terminal = browse(SHOP, **options)
    terminal.see("^ Dryad  shop.dump.zst", "^ Enter open")
    return terminal


def check(condition, *what):
    if not condition:
        raise Wrong(" ".join(map(str, what)))

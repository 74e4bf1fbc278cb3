# SPDX-License-Identifier: MIT
"""Texts of a dump that are made to do something to a terminal, or to spoil a table."""

import subprocess
import tempfile
import unicodedata

from dumps import dump, module, record
from terminal import DRYAD, browse, check

MAKE = ('package.path = "./?.lua;" .. package.path; '
        'require("tests.spec.support.hostile").write_dump("%s/made.dump", %d)')
CONTROLS = set("\t\n\r\b\x0f\33")  # what ncurses uses


def check_output(terminal):
    """No text of the dump reached the terminal as it is."""
    text = terminal.output.decode("utf-8")
    check("\33]" not in text and terminal.screen.title == "", "a title, or the clipboard")
    found = {character for character in text if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")}
    check(found <= CONTROLS, "hidden characters:", ascii(found - CONTROLS))


def check_frame(terminal):
    terminal.see_line(0, "^ Dryad  made.dump")
    terminal.see_line(-1, "q quit$|needs two dumps")


def walk(terminal):
    for key in "2", "3", "4", "5", "6", "1":
        terminal.press(key)
        check_frame(terminal)
        for inside in ("enter", "enter", "w", "backspace", "p", "enter", "o", "t", "backspace", "i", "s", "page_down", "end",
                       "up", "enter"):
            terminal.press(inside)
        terminal.press("1")
        terminal.see("^ retained")
        check_frame(terminal)


def test_texts_that_act_on_a_terminal():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([DRYAD, "-e", MAKE % (folder, 1000)], check=True, stdout=subprocess.DEVNULL)
        with browse(folder + "/made.dump", rows=40, columns=140) as terminal:
            check_frame(terminal)
            walk(terminal)
            terminal.press("/", "Session", "enter")
            terminal.see("Session")
            terminal.press("enter")
            check_frame(terminal)
            terminal.press("y")
            terminal.see("y again")
            terminal.press("backspace", ":", 'table.concat(heap.types, "  ")', "enter")
            terminal.see(r"\\x1b\]52;c")
            terminal.press("q")
            terminal.end()
            check(r"\x1b[2J".encode() in terminal.output, "the texts did not show")
            check_output(terminal)


def place_of(terminal, text):
    """The column of the screen in which a text begins, counting wide characters twice, on the first line with it."""
    row = next(row for row in range(terminal.screen.lines) if text in terminal.screen.display[row])
    line = [terminal.screen.buffer[row][column].data for column in range(terminal.screen.columns)]
    for column in range(len(line)):
        if "".join(line[column:]).startswith(text):
            return column
    raise AssertionError("%r is not in %r" % (text, line))


def test_columns_stay_aligned_whatever_the_characters():
    names = ["Plain", "漢字" * 3, "e\u0301" * 4, "한글", "\U0001f40d" * 5, "a\nb", "tab\tbed", "x" * 300, "木" * 200, "ﬀ"]
    things = [record(100 + i, name, 1000 + i) for i, name in enumerate(names)]
    with dump([*module([thing["address"] for thing in things]), *things]) as path:
        for columns in 80, 81, 120, 200:
            with browse(path, columns=columns, rows=30) as terminal:
                terminal.see("^ Dryad  made.dump", "q quit$")
                terminal.press("2")
                terminal.see("^ classes .*by retained", "Plain")
                sizes = {place_of(terminal, "10%02dB" % i) for i in range(len(names))}
                check(len(sizes) == 1, "sizes begin in the columns", sizes)
                terminal.press("q")
                terminal.end()
                check_output(terminal)


def test_long_values():
    texts = [record(100 + i, "str", 70000 + i, value=chr(0x4e00 + i) * 65000) for i in range(40)]
    with dump([*module([text["address"] for text in texts]), *texts]) as path, browse(path) as terminal:
        terminal.see("^ Dryad  made.dump", "q quit$")
        terminal.press(":", "heap 'str'", "enter")
        terminal.see("› heap 'str'", "str")
        terminal.press("enter")
        check_frame(terminal)
        terminal.press("t", "backspace", "backspace", "end")
        check_frame(terminal)
        terminal.press("q")
        terminal.end()


def test_text_that_looks_like_keys_or_wide_ones_can_be_typed():
    with dump([*module([100]), record(100, "漢字", 1000)]) as path, browse(path) as terminal:
        terminal.see("^ Dryad  made.dump", "q quit$")
        terminal.press("/", "漢")
        terminal.see_line(-1, "^/漢")
        terminal.press("x", "backspace", "字", "enter")
        terminal.see("› .*漢 ?字")
        terminal.press("q")
        terminal.end()

# SPDX-License-Identifier: MIT
"""Kinds of terminals: with colours and without, ASCII alone, and those that cannot be filled."""

import subprocess

from terminal import DRYAD, SHOP, browse, check, shop


def colours(terminal):
    cells = [cell for row in range(terminal.screen.lines) for cell in terminal.screen.buffer[row].values()]
    return {cell.fg for cell in cells} | {cell.bg for cell in cells}


def test_kinds_that_can_be_filled():
    for kind in "xterm-256color", "xterm", "screen", "screen-256color", "tmux-256color", "linux", "rxvt-unicode", "vt100":
        with shop(TERM=kind) as terminal:
            terminal.select("module __main__")
            check((colours(terminal) != {"default"}) == (kind != "vt100"), kind, colours(terminal))
            terminal.send("j")
            terminal.select("292 x type")
            terminal.send("q")
            terminal.end()


def test_arrows_of_each_kind():
    for kind, down in ("xterm", "\33OB"), ("screen", "\33OB"), ("linux", "\33[B"), ("vt100", "\33OB"):
        with shop(TERM=kind) as terminal:
            terminal.send(down)
            terminal.select("292 x type")


def test_no_colours_where_they_are_not_wanted():
    with shop() as terminal:
        check(len(colours(terminal)) > 1, "no colours at all")
    with shop(NO_COLOR="1") as terminal:
        check(colours(terminal) == {"default"}, colours(terminal))
        check(terminal.selected(), "no row is selected")
    with shop(NO_COLOR="") as terminal:
        check(len(colours(terminal)) > 1, "an empty NO_COLOR counts")


def test_only_ascii_where_the_locale_has_nothing_else():
    for settings in {"LANG": "C"}, {"LANG": None}, {"LANG": "C.UTF-8", "LC_ALL": "C"}:
        with shop(**settings) as terminal:
            for key in "2", "3", "1", "down", "enter", "?":
                terminal.press(key)
            terminal.see("> help", "^ Moving")
            terminal.press("backspace", "backspace")
            terminal.see("####")
            terminal.press(":", "heap('str')", "enter")
            terminal.see("str .*>")
            check("u2026" not in terminal.text(), "the sign of a cut is escaped")
            check(all(byte < 128 for byte in terminal.output), "there is more than ASCII")


def test_bars_are_finer_with_utf8():
    with shop() as terminal:
        terminal.see("█")
        check("##" not in terminal.text(), "there are bars of ASCII")


def refused(terminal, reason):
    with terminal:
        terminal.see("dryad: browse: " + reason)
        terminal.wait(lambda: "`dryad leaks`" in " ".join(terminal.text().split()), "what to use instead")
        terminal.end(2)
        check(not terminal.screen.is_alternate(), "it began to fill the terminal")
        check("loaded" not in terminal.text(), "it loaded the dump first")


def test_kinds_that_cannot_be_filled_are_refused_with_what_to_use_instead():
    refused(browse(SHOP, TERM="dumb"), "the kind of terminal that TERM names cannot")
    refused(browse(SHOP, TERM=None), "TERM is not set")
    refused(browse(SHOP, TERM=""), "TERM is not set")
    refused(browse(SHOP, TERM="no-such-terminal"), "the kind of terminal that TERM names is not known")


def test_a_pipe_is_refused():
    done = subprocess.run([DRYAD, "browse", SHOP], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    check(done.returncode == 2 and done.stdout == b"", done)
    check(b"dryad: browse: standard output is not a terminal" in done.stderr, done.stderr)
    check(b"`dryad report`" in done.stderr, done.stderr)

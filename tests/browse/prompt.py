# SPDX-License-Identifier: MIT
"""The browser from the prompt, and from scripts."""

from terminal import DRYAD, SHOP, Terminal, check


def prompt():
    terminal = Terminal(DRYAD, SHOP)
    terminal.see("^>")
    return terminal


def from_prompt(line, *shown):
    with prompt() as terminal:
        before = terminal.settings()
        terminal.send(line + "\r")
        terminal.see("^ Dryad  shop.dump.zst", *shown)
        terminal.press("q")
        terminal.wait(lambda: not terminal.screen.is_alternate(), "the main screen")
        terminal.send("6 * 7\r")
        terminal.see("^42$")
        terminal.wait(lambda: terminal.settings() == before, "the modes from before")
        check(not terminal.screen.has_mouse(), "the mouse is still reported")
        terminal.send("\4")
        terminal.end()


def test_a_heap():
    from_prompt("heap:browse()", "^ retained", "module __main__")


def test_a_list():
    from_prompt('heap("Session"):browse()', "^ a list", "__main__.Session")


def test_a_result():
    from_prompt("heap:sql(\"select address from obj where type = 'Session'\"):browse()", "^ a list", "__main__.Session")


def test_it_can_be_opened_again_and_again():
    with prompt() as terminal:
        for _ in range(5):
            terminal.send("heap:browse()\r")
            terminal.see("^ Dryad  shop.dump.zst", "^ Enter open")
            terminal.press("q")
            terminal.wait(lambda: not terminal.screen.is_alternate(), "the main screen")


def test_ctrl_c_returns_to_the_prompt():
    with prompt() as terminal:
        terminal.send("heap:browse()\r")
        terminal.see("^ Enter open")
        terminal.press("\3")
        terminal.see("^interrupted", "^>")
        terminal.send("6 * 7\r")
        terminal.see("^42$")


def test_not_within_itself():
    with prompt() as terminal:
        terminal.send("heap:browse()\r")
        terminal.see("^ Enter open")
        terminal.press(":", "heap:browse()", "enter")
        terminal.see("in use already")
        terminal.press("q")
        terminal.see("^>")


def test_a_script():
    with Terminal(DRYAD, "-e", "heap:browse()", "-e", "=#heap", SHOP) as terminal:
        terminal.see("^ Dryad  shop.dump.zst", "^ Enter open")
        terminal.press("q")
        terminal.see("^19724$")
        terminal.end()

# SPDX-License-Identifier: MIT
"""Terminals of every size, also one that changes while it is looked at."""

from terminal import check, shop


def check_frame(terminal, rows):
    """The first and the last line are where they belong."""
    terminal.see_line(0, "^ Dryad  shop.dump")
    terminal.see_line(rows - 1, "^ Enter open .*q quit")
    check(len(terminal.lines()) == rows, "the screen has other lines")


def test_the_screen_follows_the_size_of_the_terminal():
    with shop() as terminal:
        terminal.press("down")
        terminal.select("292 x type")
        for rows, columns in (24, 80), (10, 40), (100, 300), (30, 100):
            terminal.resize(rows, columns)
            check_frame(terminal, rows)
            terminal.see("^ retained .*what is retained")
            terminal.select("292 x type")


def test_all_columns_show_where_there_is_room_and_the_name_always():
    with shop(rows=24, columns=70) as terminal:
        terminal.see("^ retained  of heap .*what is retained")
        check("address" not in terminal.text(), "there is room for all columns")
        terminal.resize(24, 200)
        terminal.see("^ retained  of heap .* what is retained .* size  address")
        terminal.resize(24, 40)
        terminal.lose("address")
        terminal.see("^ retained .*what is retained", "module __main__")


def test_a_terminal_that_is_too_small_says_so_and_recovers():
    with shop() as terminal:
        for rows, columns in (5, 100), (30, 20), (1, 30), (2, 5):
            terminal.resize(rows, columns)
            terminal.wait(lambda: not terminal.text().strip().startswith("Dryad"), "no header")
            terminal.see_line(0, "^The ")
        terminal.resize(30, 100)
        check_frame(terminal, 30)


def test_the_end_of_a_long_way_shows():
    with shop(columns=60) as terminal:
        for _ in range(3):
            terminal.press("enter")
        terminal.see_line(1, r"^ \.\.\. › .*list, 300 items")
        terminal.press("?")
        terminal.see_line(1, r"› help")


def test_the_terminal_knows_its_size_better_than_the_environment():
    with shop(LINES="10", COLUMNS="40") as terminal:
        check_frame(terminal, 30)


def test_a_resize_keeps_the_line_that_is_typed():
    with shop() as terminal:
        terminal.press("/", "Sess")
        terminal.see_line(-1, "^/Sess$")
        terminal.resize(20, 60)
        terminal.see_line(-1, "^/Sess$")
        terminal.press("ion")
        terminal.see_line(-1, "^/Session$")


def test_a_long_line_scrolls_with_the_cursor():
    with shop(columns=40) as terminal:
        terminal.press("/", "".join(str(i) for i in range(50)))
        terminal.see_line(-1, "49$")
        check(terminal.screen.cursor.x < 40, "the cursor is beyond the screen")
        terminal.press("home")
        terminal.see_line(-1, "^/0123")

# SPDX-License-Identifier: MIT
"""What the keys do."""

import base64
import re

from terminal import check, shop

CLASSES = "^ classes "


def last_line(terminal, pattern):
    terminal.see_line(-1, pattern)


def test_arrows_move_the_selection_and_stop_at_the_ends():
    with shop() as terminal:
        terminal.select("module __main__")
        terminal.press("up")
        terminal.press("down", "j", "k")
        terminal.select("292 x type")
        terminal.press("up", "up", "up")
        terminal.select("module __main__")


def test_pages_and_ends():
    with shop(rows=20) as terminal:
        terminal.press("2")
        terminal.see(CLASSES)
        terminal.select("  module")
        terminal.press("page_down")
        terminal.lose(r"34  module ")
        terminal.press("page_up")
        terminal.select("  module")
        terminal.press("G")
        terminal.lose(r"34  module ")
        terminal.wait(lambda: terminal.lines()[-2].strip() == terminal.selected(), "the last row selected at the end")
        terminal.press("g")
        terminal.select("  module")
        terminal.press("end")
        terminal.lose(r"34  module ")
        terminal.press("home")
        terminal.select("  module")
        terminal.press("space")
        terminal.lose(r"34  module ")


def test_enter_goes_in_and_backspace_out_where_one_was():
    with shop() as terminal:
        for enter, back in ("enter", "backspace"), ("right", "left"), ("enter", "escape"):
            terminal.press("down")
            terminal.select("292 x type")
            terminal.press(enter)
            terminal.see("^ retained › 292 x type ")
            terminal.select("292 x dict")
            terminal.press(back)
            terminal.lose("›")
            terminal.select("292 x type")
            terminal.press("up")
            terminal.select("module __main__")
        terminal.press("backspace")  # the first view stays
        terminal.see("^ retained ")
        terminal.press("q")
        terminal.end()


def test_digits_open_views_as_they_were_left():
    with shop() as terminal:
        terminal.press("down")
        terminal.select("292 x type")
        terminal.press("2")
        terminal.see(CLASSES)
        terminal.press("1")
        terminal.select("292 x type")


def test_s_sorts_by_the_next_column():
    with shop() as terminal:
        terminal.press("2")
        terminal.see(CLASSES, "by retained$")
        terminal.select("  module")
        terminal.press("s")
        terminal.lose("by retained$")
        terminal.see("^ classes .* by ")
        terminal.press("s", "s", "s")
        terminal.see("by retained$")
        terminal.select("  module")


def test_slash_searches_and_n_goes_on():
    with shop() as terminal:
        terminal.press("/", "Session")
        last_line(terminal, "^/Session$")
        check(not terminal.screen.cursor.hidden, "no cursor shows where one types")
        terminal.press("enter")
        terminal.see("› .*Session")
        terminal.press("backspace", "2")
        terminal.see(CLASSES)
        terminal.press("n")
        terminal.select("Session")
        terminal.press("/", "type", "enter")
        terminal.see("› .*'type'")
        terminal.press("backspace", "n")
        terminal.select("weakref.ReferenceType")
        terminal.press("n")
        terminal.wait(lambda: "ReferenceType" not in terminal.selected(), "another row")
        check("type" in terminal.selected().lower(), terminal.selected())
        terminal.press("N")
        terminal.select("weakref.ReferenceType")


def test_a_search_takes_sql():
    with shop() as terminal:
        terminal.press("/", "type = 'Session' and size > 100", "enter")
        terminal.see("^ retained › .*size > 100", "Session")
        terminal.press("backspace", "/", "size > nowhere", "enter")
        terminal.see("no such column")


def test_a_search_for_nothing_says_so():
    with shop() as terminal:
        terminal.press("/", "no_such_thing_anywhere", "enter")
        terminal.see("no_such_thing_anywhere")
        terminal.lose("^/")
        terminal.press("down")
        terminal.lose("no_such_thing_anywhere")


def test_lines_can_be_edited_left_and_recalled():
    with shop() as terminal:
        terminal.press("/", "abd", "left", "c", "home", "x", "delete", "end", "backspace")
        last_line(terminal, "^/xbc$")
        terminal.press("escape")
        terminal.see("^ Enter open")
        terminal.press("/", "z", "backspace")
        last_line(terminal, "^/$")
        terminal.press("backspace")
        terminal.see("^ Enter open")
        terminal.press(":", "1 + 1", "enter")
        terminal.see("^ 2$")
        terminal.press("backspace", ":", "up")
        last_line(terminal, r"^:1 \+ 1$")
        terminal.press("escape")


def test_w_p_and_o_act_on_the_row():
    with shop() as terminal:
        terminal.press("/", "type = 'Session'", "enter")
        terminal.see("› type = 'Session'")
        terminal.press("p")
        terminal.see("› .*referrers")
        terminal.press("backspace", "o")
        terminal.see("› __main__.Session")
        terminal.press("w")
        terminal.see("› .*why")


def test_y_shows_the_way_and_again_copies_it():
    with shop() as terminal:
        terminal.press("/", "type = 'Session'", "enter")
        terminal.see("› type = 'Session'")
        terminal.press("y")
        terminal.see("^y again lets the terminal copy it")
        text = terminal.lines()[-2]
        check(text.strip(), "no text is shown")
        check(not terminal.screen.has_mouse(), "the mouse does not select text")
        check(b"\33]52" not in terminal.output, "it was copied unasked")
        terminal.press("y")
        terminal.see("was asked to copy")
        copied = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", terminal.output).group(1)
        check(base64.b64decode(copied).decode() == text, copied)
        terminal.wait(lambda: terminal.screen.has_mouse(), "the mouse again")


def test_a_line_of_the_prompt_shows_its_list_here():
    with shop() as terminal:
        terminal.press(":", 'heap "Session"', "enter")
        terminal.see('^ retained › heap "Session"', "Session")
        terminal.press("enter")
        terminal.see('› heap "Session" › __main__.Session')


def test_a_line_of_the_prompt_shows_an_object_and_a_result():
    with shop() as terminal:
        terminal.press(":", 'heap("Session")[1]', "enter")
        terminal.see("^ retained › __main__.Session")
        terminal.press("backspace", ":", "select address from obj where type = 'Session'", "enter")
        terminal.see("^ retained › select address")
        terminal.select("Session|KiB")


def test_a_command_shows_its_text():
    with shop() as terminal:
        terminal.press(":", "why Session", "enter")
        terminal.see("^ 300 __main__.Session, 26.1KiB, retain 584.2KiB together")
        check("\33" not in terminal.text(), "control sequences show")


def test_what_a_line_prints_is_shown():
    with shop() as terminal:
        terminal.press(":", "print('printed ' .. 6 * 7)", "enter")
        terminal.see("^ printed 42$")


def test_what_a_line_writes_past_the_prompt_is_shown_too():
    with shop() as terminal:
        terminal.press(":", "io.write('by io\\n') io.stderr:write('an error\\n') os.execute('echo by a command')", "enter")
        terminal.see("^ by io$", "^ an error$", "^ by a command$")
        terminal.press("backspace")
        terminal.see("^ Enter open")
        terminal.press("q")
        terminal.end()
        check("by io" not in terminal.text(), "it was written twice")


def test_an_error_of_a_line_is_shown():
    with shop() as terminal:
        terminal.press(":", "heap.nothing.more", "enter")
        terminal.see("^error: ")
        terminal.press("down")
        terminal.lose("^error: ")


def test_locals_of_lines_stay():
    with shop() as terminal:
        terminal.press(":", "local n = 20", "enter")
        terminal.see("^ Enter open")
        terminal.press(":", "n + 1", "enter")
        terminal.see("^ 21$")


def test_tab_completes_a_line():
    with shop() as terminal:
        terminal.press(":", "heap:summ", "tab")
        last_line(terminal, "^:heap:summarize")
        terminal.press("escape")


def test_quit_as_a_line_ends_it():
    with shop() as terminal:
        terminal.press(":", "quit", "enter")
        terminal.end()


def test_help_shows_all_keys():
    with shop(rows=60) as terminal:
        for key in "?", "f1":
            terminal.press(key)
            terminal.see("› help", "^ Moving", r"^   q +quit, or return to the prompt")
            terminal.press("backspace")
            terminal.lose("› help")


def test_text_scrolls():
    with shop(rows=12) as terminal:
        terminal.press("?")
        terminal.see("^ Views")
        terminal.press("down")
        terminal.lose("^ Views")
        terminal.press("up")
        terminal.see("^ Views")
        terminal.press("end")
        terminal.see("The wheel scrolls")
        terminal.press("page_up")
        terminal.lose("The wheel scrolls")


def test_text_can_be_searched():
    with shop(rows=14) as terminal:
        terminal.press("?")
        terminal.see("› help", "^ Views")
        terminal.press("/", "clipboard", "enter")
        terminal.see("no row here has 'clipboard'")
        terminal.press("/", "Tab, Shift", "escape", "/", "the row before that has it", "enter")
        terminal.select("^N +the row before that has it")
        terminal.press("n")
        terminal.select("^N +the row before that has it")


def test_i_tells_about_the_dump():
    with shop() as terminal:
        terminal.press("i")
        terminal.see("› about the dump", "19,724 objects, 52,268 references")


def test_ctrl_l_draws_all_of_the_screen_again():
    with shop() as terminal:
        terminal.screen.erase_in_display(2)
        check(not terminal.text().strip(), "pyte did not erase")
        terminal.press("\x0c")
        terminal.see("^ Dryad", "module __main__", "^ Enter open")


def test_the_mouse_selects_opens_and_scrolls():
    with shop() as terminal:
        row = next(i for i, line in enumerate(terminal.lines()) if "84 x dict" in line) + 1
        click = "\33[<0;10;%dM\33[<0;10;%dm" % (row, row)
        terminal.send(click)
        terminal.select("84 x dict")
        terminal.send(click)
        terminal.see("› 84 x dict")
        terminal.press("backspace", "2")
        terminal.see(CLASSES)
        terminal.send("\33[<65;10;10M" * 5)
        terminal.lose(r"34  module ")
        terminal.send("\33[<64;10;10M" * 5)
        terminal.see(r"34  module ")


def test_a_click_on_a_view_opens_it():
    for columns, row in (100, 1), (140, 0):
        with shop(columns=columns) as terminal:
            column = terminal.lines()[row].index("3 suspects") + 3
            terminal.send("\33[<0;%d;%dM" % (column, row + 1))
            terminal.see("^ suspects")


def test_keys_that_mean_nothing_do_nothing():
    with shop() as terminal:
        before = terminal.text()
        terminal.press("x", "Z", "\33[15~", "\0", "\t", "é")
        terminal.press("down", "up")
        terminal.select("module __main__")
        check(terminal.text() == before, "the screen has changed")

# SPDX-License-Identifier: MIT
"""Heaps at the edge: empty, of one object, incomplete, of a chain, of many types."""

from dumps import dump, module, record
from terminal import DRYAD, Terminal, browse, check

VIEWS = "2", "3", "4", "5", "6", "1"


def walk(terminal):
    """Opens every view, and goes in and out of its first row."""
    for key in VIEWS:
        terminal.press(key)
        terminal.see("^ Dryad  made.dump", "q quit$|needs two dumps")
        terminal.press("enter", "w", "p", "o", "s", "t", "backspace", "backspace", "backspace", "backspace")
    terminal.press("?")
    terminal.see("^ Moving")
    terminal.press("q")
    terminal.end()


def test_a_dump_without_objects_is_refused_before_the_screen():
    with dump([record(2, "<end>", 0, value=0)]) as path, browse(path) as terminal:
        terminal.see("^dryad: .*made.dump: no object")
        terminal.end(2)
        check(not terminal.screen.is_alternate(), "the screen was taken")


def test_a_heap_without_anything_alive():
    with dump([*module([5]), record(5, "list")]) as path, browse(path) as terminal:
        terminal.see("^ Enter open")
        terminal.press(":", "heap:set_roots {}", "enter")
        terminal.press("2", "3", "4", "5", "1")
        walk(terminal)


def test_an_empty_list():
    with dump([*module([5]), record(5, "list")]) as path, browse(path) as terminal:
        terminal.see("^ Enter open")
        terminal.press(":", "heap:where 'size < 0'", "enter")
        terminal.see("› heap:where", "^ .*(no objects|nothing|empty)")
        walk(terminal)


def test_a_heap_of_one_object():
    with dump([record(1, "dict", 240)]) as path, browse(path) as terminal:
        terminal.see("^ Dryad  made.dump  240B in 1 objects?", "dict")
        walk(terminal)


def test_an_incomplete_dump_says_so():
    with dump([*module([5, 6]), record(5, "Thing"), record(6, "Thing")]) as path:
        with open(path, "a", encoding="ascii") as file:
            file.write('{"address": 7, "type": "Th')
        with browse(path) as terminal:
            terminal.see("^ This dump is incomplete: .*i: more")
            terminal.press("i")
            terminal.see("› about the dump", "This dump is incomplete", "line 5")
            terminal.press("q")
            terminal.end()


def test_an_index_of_the_dump_will_do():
    with dump([*module([5]), record(5, "Thing")]) as path:
        with browse(path) as terminal:
            terminal.press(":", "heap:save('%s.dryad')" % path, "enter")
            terminal.see("Enter open|wrote|saved|KiB|B")
            terminal.press("q")
            terminal.end()
        with browse(path + ".dryad") as terminal:
            terminal.see("^ Dryad  made.dump", "module")
            walk(terminal)


def test_a_dump_from_standard_input_will_do():
    with dump([*module([5]), record(5, "Thing", 1000)]) as path:
        with Terminal("/bin/sh", "-c", 'cat "$0" | "$1" browse -', path, DRYAD) as terminal:
            terminal.see("^ Dryad  - ", "^ Enter open")
            terminal.press("down", "2")
            terminal.see("^ classes", "Thing")
            terminal.press("q")
            terminal.end()


def test_a_long_chain():
    chain = [record(address, "Node", 56, [address + 1]) for address in range(10, 30010)]
    with dump([*module([10]), *chain, record(30010, "Node")]) as path, browse(path) as terminal:
        terminal.see("^ Dryad  made.dump", "q quit$")
        walk(terminal)


def test_many_types():
    things = [record(address, "Type%d" % address) for address in range(10, 20010)]
    with dump([*module(range(10, 20010)), *things]) as path, browse(path) as terminal:
        terminal.see("^ Dryad  made.dump", "q quit$")
        terminal.press("2", "end")
        terminal.see("more classes")
        terminal.press("/", "Type19999", "enter")
        terminal.see("› .*Type19999", " Type19999")
        walk(terminal)


def test_several_dumps_show_what_grew():
    first = [*module([5], name="__main__"), record(5, "list", 1000)]
    last = [*module([5]), record(5, "list", 200000, range(10, 1010)), *(record(i, "Ticket", 500) for i in range(10, 1010))]
    with dump(first, "made.dump") as before, dump(last, "made.dump") as after, browse(before, after) as terminal:
        terminal.see("^ Dryad  made.dump .*the last of 2 dumps")
        terminal.press("6")
        terminal.see("^ growth", "Ticket")
        terminal.press("q")
        terminal.end()


def test_growth_needs_two_dumps_and_says_so():
    with dump([*module([5]), record(5, "list", 1000)]) as path, browse(path) as terminal:
        terminal.see("^ retained")
        terminal.press("6")
        terminal.see_line(-1, "growth needs two dumps")
        terminal.press("down")
        terminal.lose("growth needs two dumps")


def test_a_heap_that_is_closed_by_a_line_ends_nothing():
    with dump([*module([5]), record(5, "list", 1000)]) as path, browse(path) as terminal:
        terminal.see("^ Enter open")
        terminal.press(":", "heap:close()", "enter")
        terminal.see("closed|q quit")
        terminal.press("2", "1", "3", "enter")
        terminal.see("closed")
        terminal.press("q")
        terminal.end()


def test_a_line_that_changes_the_heap_renews_the_views():
    with dump([*module([5, 6]), record(5, "Thing", 1000), record(6, "Other", 50)]) as path, browse(path) as terminal:
        terminal.see("^ Enter open")
        terminal.press("enter")
        terminal.see(" Thing")
        terminal.press("2")
        terminal.see("^ classes", " Thing")
        terminal.press(":", "delete from obj where type = 'Thing'", "enter")
        terminal.see("^ classes › delete", "1 object|1 row|deleted")
        terminal.press("backspace")
        terminal.see("^ classes")
        terminal.lose(" Thing")
        terminal.press(":", "undo", "enter", "backspace")
        terminal.see(" Thing")


def test_a_line_that_reads_a_dump_shows_that_one():
    with dump([*module([5]), record(5, "Later", 1000)], "later.dump") as later:
        with dump([*module([5]), record(5, "Thing", 1000)]) as path, browse(path) as terminal:
            terminal.see("^ Enter open")
            terminal.press(":", "read " + later, "enter")
            terminal.see("^ Dryad  later.dump .*the last of 2 dumps")
            terminal.press("2")
            terminal.see("^ classes", " Later")
            terminal.press("6")
            terminal.see("^ growth")


def test_what_is_missing_is_said_before_the_screen():
    with browse("/nonexistent/app.dump") as terminal:
        terminal.see("^dryad: .*app.dump")
        terminal.end(2)
        check(not terminal.screen.is_alternate(), "the screen was taken")

/* SPDX-License-Identifier: MIT */
/* The Lua module `dryad.curses`: a terminal that the program fills, through ncurses. */
#ifndef DRYAD_HOST_CURSES_H
#define DRYAD_HOST_CURSES_H

struct lua_State;

/* A lua_CFunction that pushes the module's table:
     obstacle() -> why the terminal cannot be filled, or nil
     open() -> screen; raises an error if there is an obstacle. There is one screen at a time; it closes at the end of
       a block (`<close>`), when it is collected, and whenever the program ends or stops (host/full_screen.h)
   A screen has rows and columns from 1. What is put outside of it, or does not fit, is cut. Its methods:
     size() -> rows, columns
     is_ascii() -> boolean: whether only ASCII can be shown, since the user's locale has no UTF-8
     erase(): empties the screen
     put(row, column, width, text [, style]) -> columns: shows a text as one printable line (base/printable.h) in
       exactly so many columns, cut or filled with blanks, and returns those of the text itself. `style` has any of the
       words bold, dim, reverse, underline, and a colour: red, green, yellow, blue, magenta, cyan; colours are left out
       when NO_COLOR is set or the terminal has none
     cursor([row, column]): shows the cursor there, or hides it
     refresh(): shows what was put since the last time
     redraw(): lets the next refresh send everything
     written() -> text: what was written to the standard streams since the last call; they are held meanwhile
       (host/held_output.h), and come out when the screen closes
     mouse(boolean): whether the terminal reports its mouse, rather than select text with it
     copy(text): asks the terminal to put a text on the clipboard (OSC 52); many do so only if they are told to
     key([milliseconds]) -> name [, row, column]: waits for a key. A character is itself, except " ", which is "space";
       others are "enter", "escape", "backspace", "tab", "back_tab", "delete", "insert", "up", "down", "left", "right",
       "page_up", "page_down", "home", "end", "f1" to "f12", "ctrl_a" and so on; "click", "wheel_up", "wheel_down" with
       their place; "resize" when the terminal has another size or must be drawn again. nil when nothing came in time,
       or at Ctrl-C; nil and "end" when the terminal is gone
     close() */
int dryad_open_curses(struct lua_State *L);

#endif

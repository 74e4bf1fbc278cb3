/* SPDX-License-Identifier: MIT */
/* The Lua module `dryad.input`: lines typed at a terminal, with editing, history and completion. */
#ifndef DRYAD_HOST_LINE_INPUT_H
#define DRYAD_HOST_LINE_INPUT_H

struct lua_State;

/* A lua_CFunction that pushes the module's table:
     new(complete [, history]) -> reader. `history` is the path of the history file; its directories are
       created. The Tab key calls `complete(before, after)` with the text on both sides of the cursor; it
       returns the text to insert there (or nil), which must be printable, and the lines to show below (or nil),
       which are escaped.
   A reader:
     r:read(prompt) -> the line without its newline; nil, "end" at Ctrl-D; nil, "interrupted" at Ctrl-C
     r:remember(text): adds to the history, and to its file
     r:close(), also when collected */
int dryad_open_input(struct lua_State *L);

#endif

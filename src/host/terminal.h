/* SPDX-License-Identifier: MIT */
/* The Lua module `dryad.terminal`: whether a standard stream is a terminal, and how large it is. */
#ifndef DRYAD_HOST_TERMINAL_H
#define DRYAD_HOST_TERMINAL_H

struct lua_State;

/* A lua_CFunction that pushes the module's table:
     is_terminal("stdin" | "stdout" | "stderr") -> boolean
     size() -> rows, columns of the terminal of stdout, else of stderr, else of stdin; nil when there is none
     attach() -> boolean: makes the controlling terminal the standard input, after a dump was read from
       there; false when there is none */
int dryad_open_terminal(struct lua_State *L);

#endif

/* SPDX-License-Identifier: MIT */
/* The Lua module `dryad.terminal`: whether a standard stream is a terminal, and how large it is. And what C writes to
   one. */
#ifndef DRYAD_HOST_TERMINAL_H
#define DRYAD_HOST_TERMINAL_H

#include <stdio.h>

struct lua_State;

/* A lua_CFunction that pushes the module's table:
     is_terminal("stdin" | "stdout" | "stderr") -> boolean
     size() -> rows, columns of the terminal of stdout, else of stderr, else of stdin; nil when there is none
     attach() -> boolean: makes the controlling terminal the standard input, after a dump was read from
       there; false when there is none */
int dryad_open_terminal(struct lua_State *L);

/* Writes text for people, such as a message that names files: as printable lines (base/printable.h). */
void dryad_terminal_write(FILE *file, const char *text);
/* The same for a problem of the program itself, to standard error: "dryad: " before it and a newline after it. */
void dryad_terminal_tell(const char *problem);

#endif

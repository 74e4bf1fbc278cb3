/* SPDX-License-Identifier: MIT */
/* What the program does at SIGINT and SIGPIPE. */
#ifndef DRYAD_HOST_SIGNALS_H
#define DRYAD_HOST_SIGNALS_H

struct lua_State;

/* Ctrl-C stops whatever L does, coroutines too, with the error "interrupted!". Code that catches that is
   stopped for good by the second one; the third, for work that does not look up, tells how to end the program.
   SIGPIPE ends the program quietly, also when it was inherited as ignored. */
void dryad_signals_install(struct lua_State *L);

/* A lua_CFunction that pushes the table of the Lua module `dryad.signals`:
     guard(f, handler, ...): xpcall, after which a Ctrl-C that came in the meantime is forgotten
     hold_pipe(boolean): whether writing to a closed pipe is a mere error (while a pager runs) */
int dryad_open_signals(struct lua_State *L);

#endif

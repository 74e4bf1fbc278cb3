/* SPDX-License-Identifier: MIT */
/* The program's handling of SIGINT and SIGPIPE. */
#ifndef DRYAD_HOST_SIGNALS_H
#define DRYAD_HOST_SIGNALS_H

struct lua_State;

/* Ctrl-C stops whatever L is running, coroutines too, with the error "interrupted!". A second one stops code that
   catches this error; a third, for work that does not check, says how to end the program. SIGPIPE ends the program
   quietly, even if it was inherited as ignored. */
void dryad_signals_install(struct lua_State *L);

/* A lua_CFunction that pushes the table of the Lua module `dryad.signals`:
     guard(f, handler, ...): xpcall that discards a Ctrl-C that arrived in the meantime
     hold_pipe(boolean): whether writing to a closed pipe is only an error (while a pager runs)
     wait(seconds): sleeps for at most as long, a day or less; Ctrl-C ends it, and raises its error */
int dryad_open_signals(struct lua_State *L);

#endif

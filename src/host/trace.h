/* SPDX-License-Identifier: MIT */
/* Tracing on the user's request. */
#ifndef DRYAD_HOST_TRACE_H
#define DRYAD_HOST_TRACE_H

struct lua_State;

/* A lua_CFunction that pushes the table of the Lua module `dryad.trace`:
     start(path, verbose): starts tracing to a file at `path` (nil: none), and to stderr if `verbose`; raises a
       sentence. The file is finished when the program ends, even by os.exit. */
int dryad_open_trace(struct lua_State *L);

#endif

/* SPDX-License-Identifier: MIT */
/* Tracing as the program's user asks for it. */
#ifndef DRYAD_HOST_TRACE_H
#define DRYAD_HOST_TRACE_H

struct lua_State;

/* A lua_CFunction that pushes the table of the Lua module `dryad.trace`:
     start(path, verbose): from now on traces into a file at `path` (nil: none), and onto stderr if `verbose`; raises a
       sentence. The file is finished when the program ends, also by os.exit. */
int dryad_open_trace(struct lua_State *L);

#endif

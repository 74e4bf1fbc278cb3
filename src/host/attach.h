/* SPDX-License-Identifier: MIT */
/* Dumps of running processes for Lua. */
#ifndef DRYAD_HOST_ATTACH_H
#define DRYAD_HOST_ATTACH_H

struct lua_State;

/* A lua_CFunction that pushes the table of the Lua module `dryad.attach`:
     dump(options): options are pid, sink (of core.sink, to be finished by the caller), max_size (bytes of the file;
       default: nine tenths of the free space), library (the path of the library to load into the process), values
       (full, hash or none), max_value, allocation_frames (0 to 8), timeout (seconds) and report, a function that takes
       what the dump waits for and the number of bytes received.
   It returns a table of objects, heap_bytes, dump_bytes, resident, held_seconds, name and attempts. Its errors are
   sentences for the user. */
int dryad_open_attach(struct lua_State *L);

#endif

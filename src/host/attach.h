/* Dumps of running processes for Lua. */
#ifndef DRYAD_HOST_ATTACH_H
#define DRYAD_HOST_ATTACH_H

struct lua_State;

/* A lua_CFunction that pushes the table of the Lua module `dryad.attach`:
     dump(options): options are pid, path (compressed by its ending; "-" is standard output), library (the path of what
       is loaded into the process), values (0, 1, 2), max_value, timeout (seconds) and report, a function of what is
       waited for and how many bytes have come. A table of objects, heap_bytes, bytes, resident, held (seconds) and
       attempts. Raises a sentence.
     check_scope(pid, scope, is_root): raises a sentence where the kernel's ptrace_scope forbids it */
int dryad_open_attach(struct lua_State *L);

#endif

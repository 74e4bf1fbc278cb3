/* Pipes to other processes, read without waiting. */
#ifndef DRYAD_HOST_PIPE_H
#define DRYAD_HOST_PIPE_H

struct lua_State;

/* Pushes a pipe that owns a descriptor, as userdata with these methods; it is made non-blocking and closed on exec.
     pipe:read([count]): what has come, at most so many bytes (64 KiB by default); "" when nothing has; nil at the end,
       with a message when reading failed
     pipe:write(text): true, or nil and a message; waits until all of it was taken
     pipe:close(), also by <close> and the collector */
void dryad_push_pipe(struct lua_State *L, int descriptor);

/* The descriptor of the pipe at a stack index, or -1 when it is closed. Raises for anything else. */
int dryad_check_pipe(struct lua_State *L, int index);

/* Lua function: wait(seconds, pipe, ...): true when one of them can be read or has ended; false when the time is over
   or a signal came. */
int dryad_pipe_wait(struct lua_State *L);

#endif

/* Other programs, run with pipes at both ends. */
#ifndef DRYAD_HOST_PROCESS_H
#define DRYAD_HOST_PROCESS_H

struct lua_State;

/* A lua_CFunction that pushes the table of the Lua module `dryad.process`:
     start({program, argument, ...}): a process whose standard input and output are pipes (`p:input()`, `p:output()`,
       see pipe.h; errors go to the output), in a session of its own, and deaf to what asks programs to
       end: Ctrl-C is not for it, and what it does to others is not left half done; or nil and a message
     p:signal("INT", "TERM", "KILL", "STOP" or "CONT"): true, or nil and a message
     p:wait([seconds]): its exit status (128 and the signal's number when one ended it), or nil when it still runs; the
       pipes stay open. Without seconds it waits as long as it takes
     wait(seconds, pipe, ...): see pipe.h
     kill(pid, "INT"): the same for any process
     hold_interrupts(boolean): whether Ctrl-C waits
     problem(number): what an errno means
     user(): the effective user's id
     link(path): where a symbolic link leads, or nil and a message
   A process that is dropped gets its end of the input closed, and is waited for. */
int dryad_open_process(struct lua_State *L);

#endif

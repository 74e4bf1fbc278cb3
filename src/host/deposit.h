/* A private directory in the file system that another process sees, for what it shall open. */
#ifndef DRYAD_HOST_DEPOSIT_H
#define DRYAD_HOST_DEPOSIT_H

struct lua_State;

/* A lua_CFunction that pushes the table of the Lua module `dryad.deposit`:
     make(pid, directory, user, group): makes a directory with an unguessable name in `directory` (absolute) as the
       process sees it, for that user alone; or nil and a message. No symbolic link is followed on the way, as one that
       the process planted would lead elsewhere here
     d:path(): as the process sees it
     d:copy(name, source): copies a file into it; true, or nil and a message
     d:write(name, text): makes a file of a text; the same
     d:pipe(name): makes a named pipe in it and opens it for reading (see pipe.h), or nil and a message
     d:hand_over(): gives the directory to the user; until then it is ours, and nobody can put links where we write
     d:remove(name): removes one of the files
     d:close(), also by <close> and the collector: removes the directory and all that was put into it
   A directory left behind by a program that was killed holds no data, and goes when another is made beside it. */
int dryad_open_deposit(struct lua_State *L);

#endif

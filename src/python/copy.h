/* A copy of the process that it never notices: memory of all threads, one thread, and no signal when it ends. */
#ifndef DRYAD_PYTHON_COPY_H
#define DRYAD_PYTHON_COPY_H

#include <stddef.h>
#include <sys/types.h>

/* Like fork, by the system call alone: no handlers, no SIGCHLD, unseen by a wait that does not ask for __WALL or
 * __WCLONE. In the copy malloc may be locked for good. -1 and errno when it failed. */
pid_t dryad_copy_make(void);

/* For the copy: lets go of every descriptor but those, so that what the program closes is closed; leaves no core; and
 * offers itself first when memory runs out. */
void dryad_copy_settle(const int *keep, size_t count);

/* For the copy: ends it. */
_Noreturn void dryad_copy_end(int status);

/* Waits for the copy and gives its wait status. When the reader at the other end of a pipe goes away, ends the copy. */
int dryad_copy_wait(pid_t copy, int pipe);

#endif

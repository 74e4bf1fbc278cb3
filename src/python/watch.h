/* Waiting for a copy of the process to be done (dryad.scanner alone). */
#ifndef DRYAD_PYTHON_WATCH_H
#define DRYAD_PYTHON_WATCH_H

#include "fork.h"

/* Lets a thread of its own wait, which, if the child fails, says so on stderr with the name `path` (or NULL), and
 * removes the file `temporary` (or NULL). 0 or an errno. */
int dryad_watch_start(const dryad_fork *fork, const char *temporary, const char *path);

/* What ECHILD means as an error of a result. */
#define DRYAD_WATCH_KILLED "the process that wrote the dump was killed"

#endif

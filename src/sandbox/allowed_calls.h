/* SPDX-License-Identifier: MIT */
/* The system calls that confined code may make. */
#ifndef DRYAD_SANDBOX_ALLOWED_CALLS_H
#define DRYAD_SANDBOX_ALLOWED_CALLS_H

#include <stdbool.h>

/* From now on the calling thread can write to one file, ask for memory and the time, and end: nothing else. Every other
   system call fails with EPERM, and one of another architecture kills the process. Cannot be undone. The process must
   have a single thread, and PR_SET_NO_NEW_PRIVS. False, with errno: the kernel refuses the filter. */
bool dryad_allow_calls(int file);

#endif

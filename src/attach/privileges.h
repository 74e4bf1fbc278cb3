/* SPDX-License-Identifier: MIT */
/* Drops the privileges that a process does not need while it handles hostile data. */
#ifndef DRYAD_ATTACH_PRIVILEGES_H
#define DRYAD_ATTACH_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

/* At the start of the helper: it gets SIGTERM when its parent ends, which it notices when it checks (tracer.h), and
   ignores SIGPIPE and the terminal's signals; it cannot be traced or dumped, and keeps no descriptors except `kept`.
   False: the parent has already ended. */
bool dryad_privileges_begin(pid_t parent, const int *kept, int count);

/* Drops all capabilities and, for root, the user id; from then on the kernel refuses every system call that opens,
   runs, creates or connects anything. Open files and seized threads stay. False, with errno: some of it failed. */
bool dryad_privileges_drop(pid_t parent);

#endif

/* SPDX-License-Identifier: MIT */
/* Giving up what a process that deals with hostile data does not need. */
#ifndef DRYAD_ATTACH_PRIVILEGES_H
#define DRYAD_ATTACH_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

/* At the start of the helper: it gets SIGTERM when its parent ends, which it hears when it looks (tracer.h), and no
   other signal that it can help; it cannot be traced or dumped, and holds no descriptor but `kept`. False: the parent
   has ended already. */
bool dryad_privileges_begin(pid_t parent, const int *kept, int count);

/* Gives up all capabilities and, where it is root, the user's id; then every system call that opens, runs, makes or
   connects anything is refused by the kernel. What is open and seized stays so. False, with errno: not all of it. */
bool dryad_privileges_drop(pid_t parent);

#endif

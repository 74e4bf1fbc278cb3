/* SPDX-License-Identifier: MIT */
/* The process that enters another one.
 *
 * With the caller's rights it seizes the threads, opens the kernel's files about them, has one thread make two pipes
 * and a memfd, fetches those, hands the pipes on and writes the library into the memfd. Then it gives up its rights
 * (privileges.h), and only then looks at what the target can shape: its link map, symbols and stacks. It borrows a
 * thread for dlopen and ends, by which the kernel lets all threads go. It can be killed at any moment. */
#ifndef DRYAD_ATTACH_HELPER_H
#define DRYAD_ATTACH_HELPER_H

#include "attach/helper_job.h"

/* Run in a child made by fork; does not return. */
_Noreturn void dryad_helper_run(const dryad_helper_job *job);

#endif

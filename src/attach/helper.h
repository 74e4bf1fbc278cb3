/* SPDX-License-Identifier: MIT */
/* The process that enters the target.
 *
 * With the caller's privileges it seizes the threads, opens the kernel's files about them, makes one thread create two
 * pipes and a memfd, fetches those, passes the pipes on and writes the library into the memfd. Then it drops its
 * privileges (privileges.h), and only then reads data that the target controls: its link map, symbols and stacks. It
 * borrows a thread for dlopen and exits, whereupon the kernel releases all threads. It can be killed at any moment. */
#ifndef DRYAD_ATTACH_HELPER_H
#define DRYAD_ATTACH_HELPER_H

#include "attach/helper_job.h"

/* Run in a child made by fork; does not return. */
_Noreturn void dryad_helper_run(const dryad_helper_job *job);

#endif

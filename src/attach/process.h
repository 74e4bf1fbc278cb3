/* SPDX-License-Identifier: MIT */
/* What the kernel tells of a process, and whether it may be dumped. Nothing that the process can name is opened: only
   the kernel's own files in /proc/PID. */
#ifndef DRYAD_ATTACH_PROCESS_H
#define DRYAD_ATTACH_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "dryad.h"

enum { DRYAD_PROCESS_NAME = 64 };

typedef struct dryad_process {
  pid_t pid;
  int folder;                    /* descriptor of /proc/PID: stays with this process when its number is used again */
  char name[DRYAD_PROCESS_NAME]; /* as the kernel has it; any text */
} dryad_process;

/* Opens it, or says in a sentence why it cannot be dumped: there is none, it is a thread, has ended, is stopped, is
   traced, belongs to somebody else, ... */
dryad_status dryad_process_open(dryad_process *process, pid_t pid, dryad_error *error);
void dryad_process_close(dryad_process *process);

/* A descriptor of one of its files, or -1. */
int dryad_process_file(const dryad_process *process, const char *name, int flags);

/* A small file as text, cut to fit; false when it is gone or may not be read. */
bool dryad_process_read(const dryad_process *process, const char *name, char *text, size_t size, size_t *length);

/* Bytes in memory, and those that are swapped out; 0 where that is not told. */
uint64_t dryad_process_resident(const dryad_process *process);
uint64_t dryad_process_swapped(const dryad_process *process);

/* Whether it has ended, though it may not have been waited for. */
bool dryad_process_is_over(const dryad_process *process);

/* Where its main thread's stack began, or 0 where that may not be known. */
uint64_t dryad_process_stack_start(const dryad_process *process);

/* Raises nothing for scope 0 or root; a sentence where the kernel keeps debuggers from processes that are not theirs.
 */
dryad_status dryad_process_check_scope(int scope, bool is_root, dryad_error *error);

#endif

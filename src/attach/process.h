/* SPDX-License-Identifier: MIT */
/* The kernel's facts about a process, and whether it may be dumped. Opens only the kernel's own files in /proc/PID,
   nothing that the process can name. */
#ifndef DRYAD_ATTACH_PROCESS_H
#define DRYAD_ATTACH_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "dryad.h"

enum { DRYAD_PROCESS_NAME = 64 };

typedef struct dryad_process {
  pid_t pid;
  int folder;                    /* descriptor of /proc/PID, which still means this process when its id is reused */
  char name[DRYAD_PROCESS_NAME]; /* from the kernel; may hold any bytes */
} dryad_process;

/* Opens a process, or fails with a sentence that says why it cannot be dumped: it does not exist, is a thread, has
   ended, is stopped, is traced, belongs to another user, ... */
dryad_status dryad_process_open(dryad_process *process, pid_t pid, dryad_error *error);
void dryad_process_close(dryad_process *process);

/* A descriptor of one of its files in /proc/PID, or -1. */
int dryad_process_file(const dryad_process *process, const char *name, int flags);

/* Reads a small file as text, cut to fit; false when it is gone or unreadable. */
bool dryad_process_read(const dryad_process *process, const char *name, char *text, size_t size, size_t *length);

/* Bytes in memory plus bytes swapped out; 0 if unknown. */
uint64_t dryad_process_resident(const dryad_process *process);
uint64_t dryad_process_swapped(const dryad_process *process);

/* Whether it has ended, even if its parent has not waited for it. */
bool dryad_process_is_over(const dryad_process *process);

/* Where its main thread's stack began, or 0 if the kernel does not tell. */
uint64_t dryad_process_stack_start(const dryad_process *process);

/* DRYAD_OK for scope 0 or root; an error with a sentence if the kernel keeps debuggers from other users' processes. */
dryad_status dryad_process_check_scope(int scope, bool is_root, dryad_error *error);

#endif

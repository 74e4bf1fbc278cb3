/* SPDX-License-Identifier: MIT */
/* The privileged step: seizes a process and creates two pipes and a memfd in it. */
#ifndef DRYAD_ATTACH_ENTRY_H
#define DRYAD_ATTACH_ENTRY_H

#include "attach/borrow.h"
#include "attach/elf_objects.h"
#include "attach/helper_job.h"

enum { DRYAD_ENTRY_FILES = 5 };

/* Everything that is opened, seized and created with privileges. */
typedef struct dryad_entry {
  dryad_tracer tracer;
  int memory_file, maps_file; /* /proc/PID/mem and maps */
  uint64_t stack_start;
  dryad_auxv vector;
  dryad_target_memory *memory;
  dryad_mappings mappings;
  dryad_gadgets gadgets;
  int dump, status, library; /* in this process: the read ends, and the memfd */
  uint64_t library_inode;
  dryad_attach_order order;                  /* with the target's descriptors */
  int theirs[DRYAD_ENTRY_FILES], num_theirs; /* all descriptors open in the target */
  bool handed_over;                          /* the library closes them */
  dryad_tracee *kept;  /* a thread still held, as another stop would interrupt another of its calls; or NULL */
  uint64_t kept_since; /* deadline.h */
  dryad_helper_effort effort;
} dryad_entry;

/* DRYAD_OK, or an error with a sentence for the user. Everything is released when this process ends. */
dryad_status dryad_entry_make(dryad_entry *entry, const dryad_helper_job *job, dryad_error *error);

/* After a failure: closes the descriptors left open in the process, in any of its threads that stops soon. */
void dryad_entry_undo(dryad_entry *entry);

#endif

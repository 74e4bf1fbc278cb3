/* SPDX-License-Identifier: MIT */
/* With the caller's rights: a process is seized, and two pipes and a memfd are made in it. */
#ifndef DRYAD_ATTACH_ENTRY_H
#define DRYAD_ATTACH_ENTRY_H

#include "attach/borrow.h"
#include "attach/elf_objects.h"
#include "attach/helper_job.h"

enum { DRYAD_ENTRY_FILES = 5 };

/* All that is opened, seized and made with rights. */
typedef struct dryad_entry {
  dryad_tracer tracer;
  int memory_file, maps_file; /* /proc/PID/mem and maps */
  uint64_t stack_start;
  dryad_auxv vector;
  dryad_target_memory *memory;
  dryad_mappings mappings;
  dryad_gadgets gadgets;
  int dump, status, library; /* here: ends to read, and the memfd */
  uint64_t library_inode;
  dryad_attach_order order;                  /* with the descriptors there */
  int theirs[DRYAD_ENTRY_FILES], num_theirs; /* all that are open there */
  bool handed_over;                          /* they are the library's to close */
  dryad_tracee *kept;  /* a thread that is still held, since one more stop would end one more of its calls; or NULL */
  uint64_t kept_since; /* deadline.h */
  dryad_helper_effort effort;
} dryad_entry;

/* DRYAD_OK, or a sentence for the user. What is there is let go when this process ends. */
dryad_status dryad_entry_make(dryad_entry *entry, const dryad_helper_job *job, dryad_error *error);

/* After a failure: closes what is open in the process, in any thread of it that can be held soon. */
void dryad_entry_undo(dryad_entry *entry);

#endif

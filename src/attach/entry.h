/* With the caller's rights: a process is seized, and two pipes and a memfd are made in it. */
#ifndef DRYAD_ATTACH_ENTRY_H
#define DRYAD_ATTACH_ENTRY_H

#include "attach/borrow.h"
#include "attach/helper.h"
#include "attach/objects.h"

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
  dryad_attach_order order;  /* with the descriptors there */
  uint64_t held;             /* nanoseconds */
  unsigned attempts;         /* threads that were held */
} dryad_entry;

/* DRYAD_OK, or a sentence for the user. What is there is let go when this process ends. */
dryad_status dryad_entry_make(dryad_entry *entry, const dryad_helper_job *job, dryad_error *error);

#endif

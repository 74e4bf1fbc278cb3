/* SPDX-License-Identifier: MIT */
/* The unwind tables of an object for an address: its frame description entry (FDE) with the common part (CIE) to which
 * it refers. Both are in .eh_frame and found through the sorted table in .eh_frame_hdr (Linux Standard Base, "Exception
 * Frames"). */
#ifndef DRYAD_ATTACH_FRAME_ENTRY_H
#define DRYAD_ATTACH_FRAME_ENTRY_H

#include "attach/elf_object.h"

typedef struct dryad_frame_entry {
  uint64_t from, to; /* the code it describes */
  uint64_t code_factor;
  int64_t data_factor;
  uint64_t return_register;
  bool is_signal;
  unsigned encoding;      /* of pointers */
  dryad_span common, own; /* instructions of the CIE, and those that follow for this code */
} dryad_frame_entry;

typedef enum dryad_frame_found { DRYAD_FRAME_FOUND, DRYAD_FRAME_NONE, DRYAD_FRAME_DAMAGED } dryad_frame_found;

/* O(log n) reads. */
dryad_frame_found dryad_frame_entry_find(dryad_frame_entry *entry, dryad_target_memory *memory,
                                         const dryad_elf_object *object, uint64_t address);

#endif

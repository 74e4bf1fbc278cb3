/* SPDX-License-Identifier: MIT */
/* Searches the text of an object for machine code. */
#ifndef DRYAD_ATTACH_CODE_SCAN_H
#define DRYAD_ATTACH_CODE_SCAN_H

#include "attach/elf_object.h"

enum { DRYAD_CODE_SCAN_MAX = 16 * 1024 * 1024 }; /* the most bytes of one object that are searched */

/* The address of `size` bytes (at most 16) in a span, at a multiple of `step`; 0: not found before the first unreadable
   byte. */
uint64_t dryad_span_find(dryad_target_memory *memory, dryad_span span, const void *bytes, size_t size, unsigned step);

/* The same in the text of `object`. */
uint64_t dryad_text_find(dryad_target_memory *memory, const dryad_elf_object *object, const void *bytes, size_t size,
                         unsigned step);

#endif

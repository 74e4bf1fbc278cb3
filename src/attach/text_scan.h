/* SPDX-License-Identifier: MIT */
/* Seeking machine code in the text of an object. */
#ifndef DRYAD_ATTACH_TEXT_SCAN_H
#define DRYAD_ATTACH_TEXT_SCAN_H

#include "attach/elf_object.h"

enum { DRYAD_TEXT_SCAN_MAX = 16 * 1024 * 1024 }; /* bytes of one object that are looked at */

/* Where `size` bytes (at most 16) lie in a span, at a multiple of `step`; 0: nowhere before what cannot be read. */
uint64_t dryad_span_find(dryad_target_memory *memory, dryad_span span, const void *bytes, size_t size, unsigned step);

/* The same in the text of `object`. */
uint64_t dryad_text_find(dryad_target_memory *memory, const dryad_elf_object *object, const void *bytes, size_t size,
                         unsigned step);

#endif

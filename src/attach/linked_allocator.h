/* SPDX-License-Identifier: MIT */
/* An allocator that is linked into a program or into libpython, and so shares an object with other code.
 *
 * Its public functions are known by name, but most of its code is private and has no names. That code lies nearby:
 * between a public function of the allocator and the next exported function of other code. So everything up to there
 * counts as the allocator's, unless it is very large or holds the program's entry point: then the other code exports
 * too little to tell.
 */
#ifndef DRYAD_ATTACH_LINKED_ALLOCATOR_H
#define DRYAD_ATTACH_LINKED_ALLOCATOR_H

#include "attach/elf_object.h"

enum {
  DRYAD_LINKED_FUNCTIONS_MAX = 256 * 1024,
  DRYAD_LINKED_GAP_MAX = 1024 * 1024 /* bytes */
};

/* Calls `add` with every range until it returns false. `entry`: the program's entry point. False: the symbols of
 * `object` cannot be read or are too many, memory ran out, or `add` returned false. */
typedef bool dryad_span_add(void *context, dryad_span span);
bool dryad_linked_allocator(dryad_target_memory *memory, const dryad_elf_object *object, uint64_t entry,
                            dryad_span_add *add, void *context);

#endif

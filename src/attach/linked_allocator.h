/* SPDX-License-Identifier: MIT */
/* An allocator that is linked into a program, or into libpython, and so shares an object with other code.
 *
 * Its public functions are known by their names, but most of its code is private and has none. That code lies near:
 * between a public function of the allocator and the next exported function of others. So all up to there is taken to
 * be the allocator's, unless that is very much, or is where the program starts: then others export too little to tell.
 */
#ifndef DRYAD_ATTACH_LINKED_ALLOCATOR_H
#define DRYAD_ATTACH_LINKED_ALLOCATOR_H

#include "attach/elf_object.h"

enum {
  DRYAD_LINKED_FUNCTIONS_MAX = 256 * 1024,
  DRYAD_LINKED_GAP_MAX = 1024 * 1024 /* bytes */
};

/* Calls `add` with every range until it returns false. `entry`: where the program starts. False: the symbols of
 * `object` cannot be followed or are too many, there is no memory, or `add` returned false. */
typedef bool dryad_span_add(void *context, dryad_span span);
bool dryad_linked_allocator(dryad_target_memory *memory, const dryad_elf_object *object, uint64_t entry,
                            dryad_span_add *add, void *context);

#endif

/* SPDX-License-Identifier: MIT */
/* Writing a heap as a dump. */
#ifndef DRYAD_FORMATS_MELIAE_WRITE_DUMP_H
#define DRYAD_FORMATS_MELIAE_WRITE_DUMP_H

#include "dryad.h"
#include "io/stream.h"
#include "scanner/shared/siphash.h"

/* Writes every object as a line, in address order, framed by `<process>` and, unless the heap's own dump is incomplete,
   `<end>` if the heap has facts. Then the settled roots are written too, and a reference count is left out where it
   would say that an object without a root's reason is held by native code: where references to it were dropped since
   the heap was loaded. With a key, contents are hashed, those of the facts too. O(objects + references). */
dryad_status dryad_meliae_write_dump(dryad_heap *heap, dryad_sink *sink, const uint8_t key[DRYAD_SIPHASH_KEY],
                                     dryad_progress progress, dryad_error *error);

#endif

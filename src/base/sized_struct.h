/* SPDX-License-Identifier: MIT */
/* Structs of dryad.h that begin with their size, as programs compiled against another version pass them. */
#ifndef DRYAD_BASE_SIZED_STRUCT_H
#define DRYAD_BASE_SIZED_STRUCT_H

#include "dryad.h"

/* Copies as many bytes of `given` as its size says into `own`, of `own_size` bytes; the rest becomes zero, and the size
   `own_size`. `given` NULL: all zero. DRYAD_ARGUMENT if the size is impossible, or covers members that are set but
   unknown here; messages call the struct `name`. */
dryad_status dryad_sized_struct_copy(void *own, size_t own_size, const void *given, const char *name,
                                     dryad_error *error);

#endif

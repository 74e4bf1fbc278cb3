/* SPDX-License-Identifier: MIT */
/* Structs of dryad.h that begin with their size, as a program of another version has them. */
#ifndef DRYAD_BASE_SIZED_STRUCT_H
#define DRYAD_BASE_SIZED_STRUCT_H

#include "dryad.h"

/* Fills `own`, of `own_size` bytes, with as much as `given` has by its own size; the rest becomes zero, and the size
   `own_size`. `given` NULL: all zero. DRYAD_ARGUMENT where the size can be none (`name` is the struct's in the
   message), or covers members that are set but unknown here. */
dryad_status dryad_sized_struct_copy(void *own, size_t own_size, const void *given, const char *name,
                                     dryad_error *error);

#endif

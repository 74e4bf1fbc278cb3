/* SPDX-License-Identifier: MIT */
/* Shallow sizes: the bytes that Python requested from its allocators for an object alone, with the collector's header.
 * They are those of sys.getsizeof, corrected where that is wrong (known_types.h), unless a size is given or Python code
 * computes it. */
#ifndef DRYAD_SCANNER_SIZES_H
#define DRYAD_SCANNER_SIZES_H

#include "type_info.h"

/* Bytes of an object, without running Python code: if that would be needed, the size by its type. Computes the sizes of
 * the commonest types; for others it calls their __sizeof__ written in C, which may briefly create an int. */
size_t dryad_size_of(const dryad_type_info *info, PyObject *object);

#endif
